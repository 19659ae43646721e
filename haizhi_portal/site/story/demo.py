"""The demonstration: four years behind, this moment, and every state of every lifecycle to look at."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from random import Random

from django.test.utils import override_settings

from applications.actions import decision
from applications.models import Application, Call
from bases.models import Base, Obligation
from bases.rules import filing_opens_on
from evaluations.actions import evaluation as evaluation_actions
from evaluations.actions import renewal as renewal_actions
from evaluations.actions import withdrawal as withdrawal_actions
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.accounts.actions.invitations import invite
from haizhi_portal.accounts.actions.users import create_user
from haizhi_portal.accounts.models import Jurisdiction, Organisation, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.documents.modes import rendering_mode
from haizhi_portal.notifications.actions import left_for_sweep, mark_all_read
from haizhi_portal.notifications.delivery import deliver_what_is_due
from haizhi_portal.policy.periods import add_years
from haizhi_portal.policy.words import Kind, Level, Role
from haizhi_portal.site import daily
from haizhi_portal.site.story import errands
from haizhi_portal.site.story.agenda import Agenda
from haizhi_portal.site.story.base_life import FAIR, LEFT_OPEN, STRONG, WEAK, BaseLife, Fate
from haizhi_portal.site.story.call_year import CallYear, Days
from haizhi_portal.site.story.cast import Cast, Staff, acting, at, found, hire, populate
from haizhi_portal.site.story.present import open_call, round_under_way

STAFF = Staff(
    officers=("municipal", "municipal2"),
    leaders=("leader",),
    experts=tuple(f"expert{number}" for number in range(1, 8)),
    bodies={"210211": "district", "gaoxin": "zone"},
)
SEED = 20
UNITS = 48
SWEEP_EVERY = 9
ACCOUNTS_FROM = 200


class Demo:
    """Plays the past through the actions, day by day, and stops on ``today`` in the middle of everything."""

    def __init__(self, *, today: date, password: str) -> None:
        self.today = today
        self.password = password
        self.cast = Cast(chance=Random(SEED), password=password)  # noqa: S311 - a story, not a secret
        self.begins_on = date(today.year - 4, 1, 1)
        self.agenda = Agenda(starts_on=self.begins_on, ends_on=today)
        self._free: list[Organisation] = []

    def play(self, progress: Callable[[str], None]) -> None:
        """Bring everything about; ``progress`` is told each step in words."""
        progress("人员与单位")
        self._people()
        self._past_calls()
        round_under_way(self.cast, self.agenda, today=self.today, units=self._take(6))
        open_call(self.cast, self.agenda, today=self.today, units=self._take(11))
        day = self.begins_on
        while day < self.today:
            self.agenda.note(day, self._sweep)
            day += timedelta(days=SWEEP_EVERY)
        self.agenda.note(self.today - timedelta(days=14), self._read_post)
        self.agenda.note(self.today, self._sweep)
        progress("往年的申报、认证、评估与续期")
        with left_for_sweep():
            self.agenda.run(lambda _: rendering_mode("sweep"))
        progress("往年的消息归入收件箱")
        self._bring_post(self.today)

    def _sweep(self, today: date) -> None:
        daily.run(at(today))

    def _bring_post(self, today: date) -> None:
        """Deliver what was written so far; letters go nowhere, since nobody waits for those of past years."""
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
            deliver_what_is_due(now=at(today), at_most=100_000)

    def _read_post(self, today: date) -> None:
        """What is older than two weeks has been read."""
        self._bring_post(today)
        for user in User.objects.order_by("pk"):
            mark_all_read(actor=acting(user, today))

    def _people(self) -> None:
        hire(self.cast, day=self.begins_on, staff=STAFF)
        for username, role, name in (("admin", Role.ADMIN, "系统管理员"), ("auditor", Role.AUDITOR, "审计员")):
            create_user(
                actor=Actor.system(at(self.begins_on)),
                username=username,
                password=self.password,
                name=name,
                role=role,
                email=f"{username}@example.com",
                is_demo=True,
            )
        populate(self.cast, day=self.begins_on, number=UNITS)
        self._free = list(self.cast.organisations)
        self.base_unit = self._account("base", ACCOUNTS_FROM, partners=3)
        self._account("applicant", ACCOUNTS_FROM + 1, partners=0)
        self.agenda.note(self.today - timedelta(days=3), self._newcomers)

    def _newcomers(self, today: date) -> None:
        """Units that registered lately, with a consent letter to hand in and one to confirm; a colleague invited."""
        self._account("newcomer", ACCOUNTS_FROM + 2, partners=0, day=today, consent="missing")
        self._account("", ACCOUNTS_FROM + 3, partners=0, day=today, consent="waiting")
        asking = self.cast.person_of(self.base_unit)
        invite(actor=acting(asking, today), organisation=self.base_unit, email="colleague@example.com")

    def _account(
        self, username: str, index: int, partners: int, *, day: date | None = None, consent: str = "confirmed"
    ) -> Organisation:
        """One of the accounts that visitors use, with its unit in 甘井子区."""
        return found(
            self.cast,
            day=day or self.begins_on,
            index=index,
            kind=Kind.ENTERPRISE,
            level=Level.NONE,
            jurisdiction=Jurisdiction.objects.get(code="210211"),
            partners=partners,
            username=username,
            consent=consent,
        )

    def _take(self, number: int) -> list[Organisation]:
        taken, self._free = self._free[:number], self._free[number:]
        return taken

    def _past_calls(self) -> None:
        """Calls that are over; the awards lie so that terms have just ended, or end soon, or were just begun."""
        last = add_years(self.today, -3)
        self._call(
            self.today.year - 4,
            award=last - timedelta(days=12),
            units=self._take(7),
            parts=(*["plain"] * 6, "without paper"),
            fates=(
                Fate("renewed", strengths=(STRONG,), renewal="withdrawn, then again"),
                Fate("not renewed", strengths=(FAIR,), renewal="failed"),
                Fate("pending", strengths=(FAIR,), renewal="decided late"),
                Fate("withdrawn", strengths=(WEAK,)),
                Fate("gave up", strengths=(FAIR,), ends_after_days=420),
            ),
        )
        self._call(
            self.today.year - 3,
            award=last + timedelta(days=45),
            units=[self.base_unit, *self._take(5)],
            fates=(
                Fate("in the window", (STRONG, FAIR), "by hand", silent_from=self.today - timedelta(days=120)),
                Fate("requested", strengths=(FAIR,), renewal="by hand"),
                Fate("returned", strengths=(FAIR,), renewal="by hand", late=True),
                Fate("prepared", strengths=(STRONG,), renewal="by hand"),
                Fate("case open", strengths=(WEAK, LEFT_OPEN), renewal="by hand"),
            ),
            then=self._renewals_and_case,
        )
        self._call(
            self.today.year - 2,
            award=add_years(self.today, -2) + timedelta(days=60),
            units=self._take(7),
            fates=(
                Fate("young", strengths=(LEFT_OPEN,)),
                # Two quarters end in so many days: whatever the day, two reports are there to be filed at last.
                Fate("behind", strengths=(LEFT_OPEN,), silent_from=self.today - timedelta(days=200)),
                Fate("late", strengths=(LEFT_OPEN,), late=True),
            ),
            then=self._results,
            closes=False,
        )

    def _call(
        self,
        year: int,
        *,
        award: date,
        units: list[Organisation],
        fates: tuple[Fate, ...],
        then: Callable[[list[Base]], None] | None = None,
        closes: bool = True,
        parts: tuple[str, ...] = (),
    ) -> None:
        call = CallYear(
            cast=self.cast,
            agenda=self.agenda,
            year=year,
            applicants=units,
            own_days=Days.before(award, in_year=year),
            withdraw_one=not closes,
            closes=closes,
            parts=parts,
        )

        def begin(_: date) -> None:
            order = {unit.pk: place for place, unit in enumerate(units)}
            bases = sorted(call.awarded, key=lambda base: order[base.organisation_id])
            for place, base in enumerate(bases):
                BaseLife(cast=self.cast, agenda=self.agenda, base=base, fate=fates[min(place, len(fates) - 1)])
            if then is not None:
                then(bases)

        self.agenda.note(award, begin)
        if not closes:
            self.agenda.note(self.today - timedelta(days=9), partial(self._second_list, year))

    def _second_list(self, year: int, today: date) -> None:
        """The decision that was withdrawn is taken anew on a supplementary list; its award is still to come."""
        call = Call.objects.get(year=year)
        waiting = list(Application.objects.filter(call=call, state=Application.State.CERTIFICATION))
        supplementary = decision.prepare_list(
            actor=acting(self.cast.officers[0], today), call=call, approve=waiting, reasons={}
        )
        errands.settle(self.cast, decision_list=supplementary, day=today + timedelta(days=2))

    def _renewals_and_case(self, bases: list[Base]) -> None:
        """Renewals in the window that is open today, and a withdrawal that waits for the leader."""
        for base, stage in zip(bases[1:4], ("requested", "returned", "prepared"), strict=True):
            self.agenda.note(self.today - timedelta(days=30), partial(self._request, base, stage))
        self.agenda.note(self.today - timedelta(days=28), partial(self._second_failure, bases[4]))

    def _request(self, base: Base, stage: str, today: date) -> None:
        renewal = renewal_actions.request_renewal(
            actor=acting(self.cast.person_of(base.organisation), today),
            base=base,
            statement="本期任务基本完成，申请续期。",
            plan="下一期新增海外合作组织两个。",
        )
        self.agenda.in_days(4, partial(self._receive_paper, renewal.pk))
        self.agenda.in_days(24, partial(self._handle, renewal.pk, stage))

    def _receive_paper(self, key: int, today: date) -> None:
        renewal_actions.register_paper(
            actor=acting(self.cast.officers[0], today), renewal=Renewal.objects.get(pk=key), received_on=today
        )

    def _handle(self, key: int, stage: str, today: date) -> None:
        renewal = Renewal.objects.get(pk=key)
        officer = acting(self.cast.officers[0], today)
        if stage == "returned":
            renewal_actions.return_renewal(actor=officer, renewal=renewal, reason="请补充下一期的年度目标。")
        elif stage == "prepared":
            renewal_actions.prepare_renewal(
                actor=officer, renewal=renewal, proposal="pass", assessment="任期内评估合格，报告按期报送。"
            )

    def _second_failure(self, base: Base, today: date) -> None:
        for evaluation in Evaluation.objects.filter(base=base, final_on=None, announced_on=None).order_by("year"):
            errands.evaluate(self.cast, evaluation=evaluation, day=today, strength=WEAK)
        self.agenda.in_days(18, partial(self._prepare_case, base))

    def _prepare_case(self, base: Base, today: date) -> None:
        for evaluation in Evaluation.objects.filter(base=base, final_on=None).order_by("year"):
            evaluation_actions.make_final(actor=Actor.system(at(today)), evaluation=evaluation)
        withdrawal_actions.prepare_withdrawal(
            actor=acting(self.cast.officers[0], today),
            withdrawal=Withdrawal.objects.get(base=base, closed_on=None),
            statement="连续两年评估不合格，事实清楚，拟取消资格。",
        )

    def _results(self, bases: list[Base]) -> None:
        """Last year's evaluations in every state, and reports that wait for the office."""
        self.agenda.note(self.today - timedelta(days=3), partial(self._evaluations, bases))
        self.agenda.note(self.today - timedelta(days=2), partial(self._reports, bases))

    def _evaluations(self, bases: list[Base], today: date) -> None:
        rows = list(Evaluation.objects.filter(base__in=bases, final_on=None).order_by("year", "base__number"))
        for evaluation, stage in zip(rows, ("announced", "review", "exempt", "left"), strict=False):
            if stage == "exempt":
                evaluation_actions.exempt(
                    actor=acting(self.cast.officers[0], today), evaluation=evaluation, reason="获批时间较短，免予评估。"
                )
            elif stage != "left":
                errands.evaluate(self.cast, evaluation=evaluation, day=today, strength=FAIR)
            if stage == "review":
                evaluation_actions.request_review(
                    actor=acting(self.cast.person_of(evaluation.base.organisation), today),
                    evaluation=evaluation,
                    reason="联合举办的活动未计入。",
                )

    def _reports(self, bases: list[Base], today: date) -> None:
        """One report filed and not yet read, one sent back, of those that can be filed by now."""
        open_ones = Obligation.objects.filter(base__in=bases, first_filed_on=None, cancelled_on=None).order_by(
            "due_on", "pk"
        )
        ripe = [each for each in open_ones if filing_opens_on(each) <= today]
        for place, obligation in enumerate(ripe[:2]):
            errands.file_report(self.cast, obligation=obligation, day=today)
            if place == 1:
                errands.return_report(self.cast, obligation=obligation, day=today)
