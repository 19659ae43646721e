"""One year's call as it goes in the simulation, from the announcement to the award."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from applications.actions import call as call_actions
from applications.actions import certification, decision, pre_review
from applications.models import Application, Assignment, Call
from applications.ranking import participating, ranked
from bases.models import Base
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.site.story import errands
from haizhi_portal.site.story.agenda import Agenda
from haizhi_portal.site.story.cast import Cast, acting

# Every year's applicants play these parts in turn; whoever is left over simply applies.
PARTS = (
    "returned by the district",
    "returned by the municipal CAST",
    "handed on",
    "declined by the district",
    "declined by the municipal CAST",
    "withdrawn",
    "district silent",
    "without paper",
    "never corrected",
)
PLAIN = "plain"
FIRST_SEATS = 5


def into_year(day: date, year: int) -> date:
    """The day of that year that is nearest."""
    return min(max(day, date(year, 1, 1)), date(year, 12, 31))


@dataclass(frozen=True)
class Days:
    """The days of one year's call. In a leap year it runs early, so that the award falls on 29 February."""

    opens_on: date
    applicants_close_on: date
    districts_close_on: date
    initial_close_on: date
    certification_on: date
    settled_on: date
    awarded_on: date
    closed_on: date

    @classmethod
    def before(cls, award: date, *, in_year: int) -> "Days":
        """A quick call: sixteen days in its year for applicants, four weeks or more from there to the award."""
        closes_on = min(award - timedelta(days=40), date(in_year, 12, 31))
        return cls(
            opens_on=into_year(closes_on - timedelta(days=16), in_year),
            applicants_close_on=closes_on,
            districts_close_on=award - timedelta(days=32),
            initial_close_on=award - timedelta(days=24),
            certification_on=award - timedelta(days=18),
            settled_on=award - timedelta(days=4),
            awarded_on=award,
            closed_on=award + timedelta(days=5),
        )

    @classmethod
    def of(cls, year: int) -> "Days":
        """The days of a year's call."""
        if date(year, 3, 1) - date(year, 2, 28) == timedelta(days=2):
            return cls.before(date(year, 2, 29), in_year=year)
        return cls(
            opens_on=date(year, 3, 1),
            applicants_close_on=date(year, 4, 15),
            districts_close_on=date(year, 5, 10),
            initial_close_on=date(year, 6, 5),
            certification_on=date(year, 6, 20),
            settled_on=date(year, 7, 5),
            awarded_on=date(year, 7, 12),
            closed_on=date(year, 7, 20),
        )


@dataclass
class CallYear:
    """Plays one call: who applies, what goes wrong with whom, who is certified and awarded."""

    cast: Cast
    agenda: Agenda
    year: int
    applicants: list[Organisation]
    quota: int = FIRST_SEATS
    withdraw_one: bool = False
    own_days: Days | None = None
    closes: bool = True
    parts: tuple[str, ...] = PARTS
    awarded: list[Base] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.days = self.own_days or Days.of(self.year)
        self.agenda.note(self.days.opens_on - timedelta(days=3), self.announce)
        self.agenda.note(self.days.opens_on + timedelta(days=2), self.apply)
        self.agenda.note(self.days.certification_on, self.open_round)
        self.agenda.note(self.days.certification_on + timedelta(days=10), self.close_round)
        self.agenda.note(self.days.certification_on + timedelta(days=11), self.prepare)
        self.agenda.note(self.days.settled_on, self.settle)
        self.agenda.note(self.days.awarded_on, self.award)
        if self.closes:
            self.agenda.note(self.days.closed_on, self.close)

    @property
    def call(self) -> Call:
        return Call.objects.get(year=self.year)

    def announce(self, today: date) -> None:
        officer = acting(self.cast.officers[0], today)
        call_actions.announce_call(
            actor=officer,
            year=self.year,
            opens_on=self.days.opens_on,
            applicants_close_on=self.days.applicants_close_on,
            districts_close_on=self.days.districts_close_on,
            initial_close_on=self.days.initial_close_on,
            certification_on=self.days.certification_on,
        )
        if self.quota > FIRST_SEATS:
            call_actions.raise_quota(
                actor=officer,
                call=self.call,
                quota=self.quota,
                document=f"大科协办〔{self.year}〕3号",
                document_on=today,
                reason="经研究，本年度增加名额。",
            )

    def apply(self, today: date) -> None:
        for place, organisation in enumerate(self.applicants):
            part = self.parts[place] if place < len(self.parts) else PLAIN
            application = errands.draft_application(self.cast, organisation=organisation, call=self.call, day=today)
            self.agenda.in_days(1 + self.cast.chance.randint(0, 5), partial(self.submit, application, part))

    def submit(self, application: Application, part: str, today: date) -> None:
        application = errands.submit(self.cast, application=application, day=today)
        if part == "withdrawn":
            self.agenda.in_days(1, partial(self.withdraw_and_return, application))
        elif application.state == Application.State.DISTRICT_REVIEW:
            self.agenda.in_days(1, partial(self.pre_review, application, part))
        else:
            self.agenda.in_days(1, partial(self.initial_review, application, part))

    def withdraw_and_return(self, application: Application, today: date) -> None:
        errands.withdraw(self.cast, application=application, day=today, reason="单位拟补充材料后重新提交。")
        again = errands.draft_application(self.cast, organisation=application.organisation, call=self.call, day=today)
        self.agenda.in_days(1, partial(self.submit, again, PLAIN))

    def pre_review(self, application: Application, part: str, today: date) -> None:
        if part == "returned by the district":
            errands.return_from_district(self.cast, application=application, day=today)
            self.agenda.in_days(2, partial(self.correct_for_district, application))
        elif part == "declined by the district":
            errands.decline_at_district(self.cast, application=application, day=today)
        elif part == "handed on":
            route = "gaoxin" if application.route != "gaoxin" else "210211"
            errands.hand_on(self.cast, application=application, route=route, day=today)
            self.agenda.in_days(1, partial(self.endorse, application, PLAIN))
        elif part == "district silent":
            self.agenda.note(self.days.districts_close_on + timedelta(days=1), partial(self.take_over, application))
        else:
            self.endorse(application, part, today)

    def correct_for_district(self, application: Application, today: date) -> None:
        errands.correct(self.cast, application=application, section="plan", day=today)
        self.agenda.in_days(1, partial(self.endorse, application, PLAIN))

    def endorse(self, application: Application, part: str, today: date) -> None:
        errands.endorse(self.cast, application=application, day=today)
        self.agenda.in_days(2, partial(self.initial_review, application, part))

    def take_over(self, application: Application, today: date) -> None:
        """The district's time is over: the daily work, or this, moves the application on."""
        call_actions.record_call_events(actor=acting(self.cast.officers[0], today), call=self.call)
        application.refresh_from_db()
        if application.state == Application.State.DISTRICT_REVIEW:
            pre_review.escalate_unanswered(actor=acting(self.cast.officers[0], today), application=application)
        self.agenda.in_days(1, partial(self.initial_review, application, PLAIN))

    def initial_review(self, application: Application, part: str, today: date) -> None:
        application.refresh_from_db()
        if part == "declined by the municipal CAST":
            errands.decline_at_municipal(self.cast, application=application, day=today)
        elif part in ("returned by the municipal CAST", "never corrected"):
            errands.return_from_municipal(self.cast, application=application, day=today)
            if part != "never corrected":
                self.agenda.in_days(3, partial(self.correct_for_municipal, application))
        else:
            errands.pass_initial(self.cast, application=application, day=today)
            if part != "without paper":
                self.agenda.in_days(1, partial(self.hand_in_paper, application, 1))
                self.agenda.in_days(2, partial(self.hand_in_paper, application, 1))

    def correct_for_municipal(self, application: Application, today: date) -> None:
        errands.correct(self.cast, application=application, section="overseas", day=today)
        self.agenda.in_days(1, partial(self.initial_review, application, PLAIN))

    def hand_in_paper(self, application: Application, copies: int, today: date) -> None:
        errands.hand_in_paper(self.cast, application=application, day=today, copies=copies)

    def open_round(self, today: date) -> None:
        certification.open_round(actor=acting(self.cast.officers[0], today), call=self.call)
        entrants = participating(self.call)
        for place, application in enumerate(entrants):
            panel = [self.cast.experts[(place + offset) % len(self.cast.experts)] for offset in range(4)]
            chosen = [errands.assign(self.cast, application=application, expert=expert, day=today) for expert in panel]
            strength = max(0.55, 0.93 - 0.035 * place)
            for offset, assignment in enumerate(chosen):
                conflict = place == 0 and offset == 0
                self.agenda.in_days(1 + offset, partial(self.declare_and_mark, assignment, conflict, strength))
        if entrants:
            self.agenda.in_days(8, partial(self.void_one, entrants[-1]))

    def declare_and_mark(self, assignment: Assignment, conflict: bool, strength: float, today: date) -> None:
        errands.declare(assignment=assignment, day=today, conflict=conflict)
        assignment.refresh_from_db()
        if not conflict:
            errands.mark(self.cast, assignment=assignment, day=today, strength=strength)

    def void_one(self, application: Application, today: date) -> None:
        assignment = Assignment.objects.filter(application=application, sheet__isnull=False).order_by("pk")[0]
        certification.void_scores(
            actor=acting(self.cast.officers[0], today), assignment=assignment, reason="评分与评语明显不符，经核实作废。"
        )

    def close_round(self, today: date) -> None:
        certification.close_round(actor=acting(self.cast.officers[0], today), call=self.call)

    def prepare(self, today: date) -> None:
        best = [row.application for row in ranked(self.call)]
        errands.prepare_list(self.cast, call=self.call, approve=best[: self.quota], reasons={}, day=today)

    def settle(self, today: date) -> None:
        decision_list = self.call.decision_lists.get(settled_on=None)
        errands.settle(self.cast, decision_list=decision_list, day=today)
        if self.withdraw_one:
            last = decision_list.decisions.filter(outcome="approve").order_by("-rank")[0]
            self.agenda.in_days(1, partial(self.withdraw_decision, last.pk))

    def withdraw_decision(self, key: int, today: date) -> None:
        line = self.call.decision_lists.get().decisions.get(pk=key)
        decision.withdraw_decision(
            actor=acting(self.cast.leaders[0], today), decision=line, reason="公示前收到实名反映，需进一步核实。"
        )

    def award(self, today: date) -> None:
        self.awarded = errands.award(self.cast, call=self.call, day=today)

    def close(self, today: date) -> None:
        call_actions.close_decisions(
            actor=acting(self.cast.officers[0], today),
            call=self.call,
            reason="本年度认定工作办结，未获认定的申报失效。",
        )
