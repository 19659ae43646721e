"""Where a base stands on a day: derived from its dated facts, never from a flag."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bases.models import Base, Term
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.periods import ONE_DAY, Window, renewal_window
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.terms import is_in_force

LABELS: dict[str, str | Promise] = {
    "in_force": gettext_lazy("有效"),
    "pending": gettext_lazy("已到期，续期考核中"),
    "ended": gettext_lazy("已终止"),
}
TONES = {"in_force": "done", "pending": "wait", "ended": "stop"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A base on one day.

    ``state`` is in_force, pending or ended; ``term`` the newest term begun by that day; ``valid_through`` the last
    valid day, a renewal already decided included; ``window`` the days on which a renewal can be requested, None when
    it has been requested, refused or decided; ``by`` the day that matters next.
    """

    state: str
    term: Term
    valid_from: date
    valid_through: date
    ended_on: date | None
    window: Window | None
    window_open: bool
    sentence: str
    mover: str
    by: date | None

    @property
    def in_force(self) -> bool:
        return self.state == "in_force"

    @property
    def renewal_pending(self) -> bool:
        return self.term.renewal_requested_on is not None and self.state != "ended"

    @property
    def expired(self) -> bool:
        """Whether its last day is over, with or without a renewal pending."""
        return self.state == "pending" or (self.state == "ended" and self.ended_on == self.term.expires_on + ONE_DAY)

    @property
    def ended(self) -> bool:
        return self.state == "ended"

    @property
    def label(self) -> str | Promise:
        return LABELS[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]


def window_days(term: Term, figures: Figures) -> int:
    """How many days before its last one the term's renewal may be asked for: the figure it was approved with.

    ``figures`` answer for terms from before that was kept.
    """
    return term.renewal_window_days if term.renewal_window_days is not None else figures.renewal_window_days


def standing(base: Base, today: date, figures: Figures | None = None) -> Standing:
    """The standing on ``today``; give ``figures`` and prefetch ``terms`` in a list, so that it asks no query."""
    figures = figures or figures_on(today)
    terms = sorted(base.terms.all(), key=lambda term: term.number)
    term = [each for each in terms if each.starts_on <= today or each is terms[0]][-1]
    last = terms[-1]
    in_force = is_in_force(today, term.starts_on, term.expires_on, term.ended_on)
    if base.ended_on is not None and base.ended_on <= today:
        state, ended_on = "ended", base.ended_on
    elif in_force:
        state, ended_on = "in_force", None
    elif last.renewal_requested_on is not None:
        state, ended_on = "pending", None
    else:
        state, ended_on = "ended", last.expires_on + ONE_DAY
    asked = term.renewal_requested_on is not None or term.renewal_refused_on is not None
    open_to_renewal = state == "in_force" and last is term and not asked
    window = renewal_window(term.expires_on, window_days(term, figures)) if open_to_renewal else None
    window_open = window is not None and window.contains(today)
    sentence, mover, by = _words(base, state, term, last, window, window_open, ended_on)
    return Standing(
        state=state,
        term=term,
        valid_from=term.starts_on,
        valid_through=last.expires_on if state == "in_force" else term.expires_on,
        ended_on=ended_on,
        window=window,
        window_open=window_open,
        sentence=sentence,
        mover=mover,
        by=by,
    )


def _words(
    base: Base,
    state: str,
    term: Term,
    last: Term,
    window: Window | None,
    window_open: bool,
    ended_on: date | None,
) -> tuple[str, str, date | None]:
    """One sentence, whose move it is and by when."""
    unit, office = base.organisation.name, _("大连市科协")
    if state == "ended" and ended_on is not None:
        how = base.get_end_display() if base.ended_on else _("到期终止")
        return _("基地资格自%(day)s起已终止（%(how)s）。") % {"day": said(ended_on), "how": how}, "", None
    if state == "pending":
        words = _("有效期已于%(day)s届满，续期申请正在办理。") % {"day": said(term.expires_on)}
        return words, office, None
    if last is not term:
        words = _("基地资格有效，已获续期至%(day)s。") % {"day": said(last.expires_on)}
        return words, "", None
    if term.renewal_requested_on is not None:
        words = _("基地资格有效至%(day)s，续期申请正在办理。") % {"day": said(term.expires_on)}
        return words, office, term.expires_on
    if term.renewal_refused_on is not None:
        words = _("基地资格有效至%(day)s；续期申请未通过，期满即终止。") % {"day": said(term.expires_on)}
        return words, "", term.expires_on
    if window_open:
        words = _("基地资格有效至%(day)s，现在可以申请续期。") % {"day": said(term.expires_on)}
        return words, unit, term.expires_on
    opens_on = said(window.opens_on) if window else ""
    words = _("基地资格有效至%(day)s；%(opens_on)s起可以申请续期。") % {
        "day": said(term.expires_on),
        "opens_on": opens_on,
    }
    return words, "", None
