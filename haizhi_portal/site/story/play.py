"""The simulation: years of the scheme lived through the real actions under a moving date, from one seed."""

from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.test.utils import override_settings

from applications.models import Application
from bases.models import Base
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.audit.identity import seeded
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.actions.issue import void
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.modes import rendering_mode
from haizhi_portal.notifications.actions import left_for_sweep
from haizhi_portal.policy.routing import route
from haizhi_portal.policy.words import ROUTE_MUNICIPAL
from haizhi_portal.site import daily
from haizhi_portal.site.story.agenda import Agenda
from haizhi_portal.site.story.base_life import FATES, BaseLife
from haizhi_portal.site.story.call_year import PARTS, CallYear, Days
from haizhi_portal.site.story.cast import Cast, Staff, acting, at, hire, populate

# Nobody signs in here: a quick hash instead of a strong one saves minutes.
QUICK_HASH = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# In a year: every part and some more, or one unit in eight where there are many.
APPLICANTS = len(PARTS) + 9
UNITS_AN_APPLICANT = 8
RAISED_QUOTA = 7
SWEEP_EVERY = 6


@dataclass(frozen=True)
class Summary:
    """What a simulation brought about: entries in the ledger by event, and bases by how they stand."""

    events: Counter[str]
    bases: int
    ended: Counter[str]


class Simulation:
    """Years of calls and bases. Every choice is drawn from ``seed``."""

    def __init__(self, *, starts_on: date, years: int, organisations: int, seed: int) -> None:
        self.starts_on = starts_on
        self.years = years
        self.organisations = organisations
        self.chance = Random(seed)  # noqa: S311 - a story, not a secret
        self.ends_on = date(starts_on.year + years, starts_on.month, min(starts_on.day, 28)) - timedelta(days=1)
        self.agenda = Agenda(starts_on=starts_on, ends_on=self.ends_on)
        self.cast = Cast(chance=self.chance)
        self.lives = self.calls = 0

    def play(self) -> Summary:
        """Play everything; the ledger then holds what happened."""
        with seeded(self.chance), left_for_sweep(), override_settings(PASSWORD_HASHERS=QUICK_HASH):
            hire(self.cast, day=self.starts_on, staff=Staff())
            populate(self.cast, day=self.starts_on, number=self.organisations)
            for year in range(self.starts_on.year, self.ends_on.year + 1):
                self.agenda.note(date(year, 1, 2), self.plan_year)
            day = self.starts_on
            while day <= self.ends_on:
                self.agenda.note(day, self.sweep)
                day += timedelta(days=SWEEP_EVERY)
            self.agenda.run(self.rendering)
            self.sweep(self.ends_on)
        return self.summary()

    def rendering(self, today: date) -> AbstractContextManager[None]:
        """Official documents of the last year are rendered; those before have numbers only."""
        last_year = today > date(self.ends_on.year - 1, self.ends_on.month, self.ends_on.day)
        return rendering_mode("official_inline" if last_year else "number_only")

    def sweep(self, today: date) -> None:
        """The day's work, every few days: a missed day is caught up."""
        daily.run(at(today))

    def plan_year(self, today: date) -> None:
        """Decide who applies this year, and how its call goes; no call in a year that began without one."""
        applicants = self._applicants()
        if len(applicants) < self._least() or today > Days.of(today.year).opens_on:
            return
        turn = self.calls
        self.calls += 1
        year = CallYear(
            cast=self.cast,
            agenda=self.agenda,
            year=today.year,
            applicants=applicants,
            parts=PARTS if len(applicants) > len(PARTS) + 2 else (),
            quota=RAISED_QUOTA if turn == 1 else 5,
            withdraw_one=turn == 2,
        )
        self.agenda.note(year.days.awarded_on, lambda _: self.begin_lives(year.awarded))
        if turn == 0:
            self.agenda.note(year.days.closed_on, self.void_a_certificate)

    def void_a_certificate(self, today: date) -> None:
        """A certificate turns out to be misprinted: its number stays in the register as void."""
        document = Document.objects.filter(kind=Document.Kind.CERTIFICATE, voided_on=None).order_by("pk")[0]
        void(actor=acting(self.cast.leaders[0], today), document=document, reason="印制有误，另行补发。")

    def begin_lives(self, bases: list[Base]) -> None:
        """Give every new base a fate, one kind after the other."""
        for base in bases:
            BaseLife(cast=self.cast, agenda=self.agenda, base=base, fate=FATES[self.lives % len(FATES)])
            self.lives += 1

    def _least(self) -> int:
        return 8

    def _applicants(self) -> list[Organisation]:
        """Units free to apply: first those that go through a district, for the parts; then others."""
        busy = set(Base.objects.filter(ended_on=None).values_list("organisation_id", flat=True))
        busy |= set(Application.objects.filter(state__in=Application.LIVE).values_list("organisation_id", flat=True))
        free = [each for each in self.cast.organisations if each.pk not in busy]
        self.chance.shuffle(free)
        via_district = [each for each in free if not _direct(each)]
        direct = [each for each in free if _direct(each)]
        chosen = via_district[: len(PARTS)]
        rest = direct + via_district[len(PARTS) :]
        self.chance.shuffle(rest)
        wanted = max(APPLICANTS, self.organisations // UNITS_AN_APPLICANT)
        return chosen + rest[: wanted - len(chosen)]

    def summary(self) -> Summary:
        """Counts for the closing lines."""
        return Summary(
            events=Counter(Entry.objects.values_list("event", flat=True)),
            bases=Base.objects.count(),
            ended=Counter(Base.objects.exclude(ended_on=None).values_list("end", flat=True)),
        )


def _direct(organisation: Organisation) -> bool:
    to = route(kind=organisation.kind, level=organisation.level, jurisdiction=organisation.jurisdiction_id)
    return to.target == ROUTE_MUNICIPAL
