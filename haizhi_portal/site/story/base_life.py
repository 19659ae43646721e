"""A base's life as it goes in the simulation: reports, evaluations, and one of several ends."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from bases.actions import endings
from bases.models import Base, Obligation
from evaluations.actions import evaluation as evaluation_actions
from evaluations.actions import renewal as renewal_actions
from evaluations.actions import withdrawal as withdrawal_actions
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.policy.periods import quarter_last_day
from haizhi_portal.site.story import errands
from haizhi_portal.site.story.agenda import Agenda
from haizhi_portal.site.story.cast import Cast, acting

STRONG, FAIR, WEAK = 0.93, 0.75, 0.4
# A year whose evaluation is left open.
LEFT_OPEN = -1.0


@dataclass(frozen=True)
class Fate:
    """What a base is like. ``strengths`` are its evaluations in turn (the last one repeats; None: exempt)."""

    name: str
    strengths: tuple[float | None, ...] = (STRONG,)
    renewal: str = "in time"
    late: bool = False
    asks_for_review: bool = False
    ends_after_days: int | None = None
    false_statements: bool = False
    silent_from: date | None = None


FATES = (
    Fate("steady"),
    Fate("late with reports", strengths=(FAIR,), late=True, renewal="decided late"),
    Fate("failing", strengths=(WEAK,)),
    Fate("contested", strengths=(WEAK, None, WEAK)),
    Fate("gives up", strengths=(FAIR,), ends_after_days=500),
    Fate("forgets", strengths=(FAIR,), renewal="none"),
    Fate("objects", strengths=(WEAK, FAIR), asks_for_review=True),
    Fate("not renewed", strengths=(FAIR,), renewal="failed"),
    Fate("false statements", strengths=(FAIR,), false_statements=True),
    Fate("new, then fair", strengths=(None, FAIR), renewal="returned"),
    Fate("thinks twice", strengths=(FAIR,), renewal="withdrawn, then again"),
    Fate("case dropped", strengths=(WEAK, WEAK, FAIR), renewal="failed late"),
)


@dataclass
class BaseLife:
    """Plays one base by its fate."""

    cast: Cast
    agenda: Agenda
    base: Base
    fate: Fate

    def __post_init__(self) -> None:
        term = self.base.terms.get(number=1)
        self._plan_term(term.starts_on, term.expires_on)
        for year in range(term.starts_on.year, self.agenda.ends_on.year + 1):
            self._plan_year(year)
        if self.fate.ends_after_days:
            self.agenda.note(term.starts_on + timedelta(days=self.fate.ends_after_days), self.surrender)
        if self.fate.false_statements:
            self.agenda.note(term.starts_on + timedelta(days=400), self.accuse)

    def _plan_year(self, year: int) -> None:
        for quarter in range(1, 5):
            filed = quarter_last_day(year, quarter) + timedelta(days=25 if self.fate.late and quarter == 2 else 5)
            self.agenda.note(filed, partial(self.report, "quarterly", f"{year}Q{quarter}"))
        self.agenda.note(date(year, 11, 20), partial(self.report, "annual", str(year)))
        if self.fate.strengths[0] != WEAK:
            self.agenda.note(date(year, 9, 12), self.hold_activity)
        self.agenda.note(date(year + 1, 2, 10), partial(self.evaluate, year))

    def _plan_term(self, starts_on: date, expires_on: date) -> None:
        if self.fate.renewal in ("none", "by hand"):
            return
        self.agenda.note(expires_on - timedelta(days=60), self.request_renewal)

    def live(self, today: date) -> bool:
        """Whether the base is in force today, recording first what time has ended."""
        self.base = endings.end_what_is_over(actor=acting(self.cast.officers[0], today), base=self.base)
        return self.base.ended_on is None

    def report(self, kind: str, period: str, today: date) -> None:
        obligation = Obligation.objects.filter(
            base=self.base, kind=kind, period=period, cancelled_on=None, first_filed_on=None
        ).first()
        if obligation is None or (self.fate.silent_from and today >= self.fate.silent_from):
            return
        errands.file_report(self.cast, obligation=obligation, day=today)
        if period.endswith("Q3") and self.fate.late:
            self.agenda.in_days(2, partial(self.send_back, obligation))
        else:
            self.agenda.in_days(3, partial(self.accept, obligation))

    def send_back(self, obligation: Obligation, today: date) -> None:
        if not _stands(obligation):
            return
        errands.return_report(self.cast, obligation=obligation, day=today)
        self.agenda.in_days(2, partial(self.refile, obligation))

    def refile(self, obligation: Obligation, today: date) -> None:
        if not _stands(obligation):
            return
        errands.file_report(self.cast, obligation=obligation, day=today)
        self.agenda.in_days(2, partial(self.accept, obligation))

    def accept(self, obligation: Obligation, today: date) -> None:
        if _stands(obligation):
            errands.accept_report(self.cast, obligation=obligation, day=today)

    def hold_activity(self, today: date) -> None:
        if self.live(today) and not self.pending(today):
            errands.hold_activity(self.cast, base=self.base, day=today)

    def pending(self, today: date) -> bool:
        """Whether the last term is over and a renewal is still being assessed."""
        return self.base.terms.order_by("-number")[0].expires_on < today

    def evaluate(self, year: int, today: date) -> None:
        evaluation = Evaluation.objects.filter(base=self.base, year=year, final_on=None, announced_on=None).first()
        if evaluation is None:
            return
        turn = min(year - self.base.licensed_on.year, len(self.fate.strengths) - 1)
        strength = self.fate.strengths[turn]
        if strength == LEFT_OPEN:
            return
        if strength is None:
            evaluation_actions.exempt(
                actor=acting(self.cast.officers[0], today),
                evaluation=evaluation,
                reason="获批时间较短，本年度免予评估。",
            )
            return
        errands.evaluate(self.cast, evaluation=evaluation, day=today, strength=strength)
        if self.fate.asks_for_review and strength == WEAK:
            self.agenda.in_days(3, partial(self.ask_for_review, evaluation))
        self.agenda.in_days(25, self.withdrawal)

    def ask_for_review(self, evaluation: Evaluation, today: date) -> None:
        evaluation_actions.request_review(
            actor=acting(self.cast.person_of(self.base.organisation), today),
            evaluation=evaluation,
            reason="活动与合作一项未计入联合举办的活动。",
        )
        self.agenda.in_days(5, partial(self.review, evaluation))

    def review(self, evaluation: Evaluation, today: date) -> None:
        criteria = evaluation.criteria_set.criteria.all() if evaluation.criteria_set else ()
        evaluation_actions.decide_review(
            actor=acting(self.cast.officers[1], today),
            evaluation=evaluation,
            points=errands.marks_around(self.cast, criteria, FAIR),
            comments={},
            opinion="补充材料属实，予以采纳。",
        )

    def withdrawal(self, today: date) -> None:
        case = Withdrawal.objects.filter(base=self.base, closed_on=None).first()
        if case is None or not self.live(today):
            return
        withdrawal_actions.prepare_withdrawal(
            actor=acting(self.cast.officers[0], today),
            withdrawal=case,
            statement=case.statement or "连续两年评估不合格，事实清楚，拟取消资格。",
        )
        self.agenda.in_days(5, partial(self.decide_withdrawal, case))

    def decide_withdrawal(self, case: Withdrawal, today: date) -> None:
        case.refresh_from_db()
        if case.closed_on is not None or not self.live(today):
            return
        leader = acting(self.cast.leaders[0], today)
        if self.fate.name == "case dropped":
            withdrawal_actions.close_withdrawal(
                actor=leader, withdrawal=case, reason="所涉年度受不可抗力影响，研究决定不予取消，限期整改。"
            )
        else:
            withdrawal_actions.confirm_withdrawal(actor=leader, withdrawal=case)

    def accuse(self, today: date) -> None:
        if self.live(today):
            withdrawal_actions.open_withdrawal(
                actor=acting(self.cast.officers[0], today),
                base=self.base,
                ground=Withdrawal.Ground.FALSE_STATEMENTS,
                years=[],
                statement="申报材料中的合作协议经核实系伪造。",
            )
            self.agenda.in_days(3, self.withdrawal)

    def surrender(self, today: date) -> None:
        if self.live(today) and not self.pending(today):
            endings.surrender(
                actor=acting(self.cast.person_of(self.base.organisation), today),
                base=self.base,
                reason="单位业务调整，不再承担海智工作。",
            )

    def request_renewal(self, today: date) -> None:
        if not self.live(today):
            return
        renewal = renewal_actions.request_renewal(
            actor=acting(self.cast.person_of(self.base.organisation), today),
            base=self.base,
            statement="本期任务全部完成，申请续期。",
            plan="下一期拟新增海外合作组织两个，每年举办活动两场。",
        )
        if self.fate.renewal == "withdrawn, then again" and self.base.terms.count() == 1:
            self.agenda.in_days(2, partial(self.take_back, renewal))
            return
        if self.fate.renewal == "returned":
            self.agenda.in_days(2, partial(self.send_renewal_back, renewal))
        self.agenda.in_days(8, partial(self.hand_in_paper, renewal))
        late = self.fate.renewal in ("decided late", "failed late")
        self.agenda.in_days(75 if late else 20, partial(self.assess_renewal, renewal))

    def take_back(self, renewal: Renewal, today: date) -> None:
        renewal_actions.withdraw_renewal(
            actor=acting(self.cast.person_of(self.base.organisation), today), renewal=renewal
        )
        self.agenda.in_days(3, self.request_again)

    def request_again(self, today: date) -> None:
        if self.live(today):
            renewal = renewal_actions.request_renewal(
                actor=acting(self.cast.person_of(self.base.organisation), today),
                base=self.base,
                statement="经研究决定继续承担海智工作，申请续期。",
                plan="下一期重点引进两个海外团队。",
            )
            self.agenda.in_days(8, partial(self.hand_in_paper, renewal))
            self.agenda.in_days(20, partial(self.assess_renewal, renewal))

    def send_renewal_back(self, renewal: Renewal, today: date) -> None:
        renewal_actions.return_renewal(
            actor=acting(self.cast.officers[0], today), renewal=renewal, reason="请补充下一期的年度目标。"
        )
        self.agenda.in_days(2, partial(self.resubmit_renewal, renewal))

    def resubmit_renewal(self, renewal: Renewal, today: date) -> None:
        renewal.refresh_from_db()
        renewal_actions.resubmit_renewal(
            actor=acting(self.cast.person_of(self.base.organisation), today),
            renewal=renewal,
            statement=renewal.statement,
            plan=f"{renewal.plan}第一年新增合作组织一个。",
            expected_version=renewal.version,
        )

    def hand_in_paper(self, renewal: Renewal, today: date) -> None:
        renewal.refresh_from_db()
        if renewal.state in (Renewal.State.REQUESTED, Renewal.State.RETURNED):
            renewal_actions.register_paper(
                actor=acting(self.cast.officers[0], today), renewal=renewal, received_on=today
            )

    def assess_renewal(self, renewal: Renewal, today: date) -> None:
        renewal.refresh_from_db()
        if renewal.state != Renewal.State.REQUESTED or not self.live(today):
            return
        passes = not self.fate.renewal.startswith("failed")
        renewal_actions.prepare_renewal(
            actor=acting(self.cast.officers[0], today),
            renewal=renewal,
            proposal="pass" if passes else "fail",
            assessment="任期内评估均合格，报告按期报送。" if passes else "任期目标未完成，资源库长期未更新。",
        )
        self.agenda.in_days(4, partial(self.decide_renewal, renewal, passes))

    def decide_renewal(self, renewal: Renewal, passes: bool, today: date) -> None:
        renewal.refresh_from_db()
        if renewal.state != Renewal.State.REQUESTED or not self.live(today):
            return
        renewal_actions.decide_renewal(
            actor=acting(self.cast.leaders[0], today),
            renewal=renewal,
            passed=passes,
            reason="同意经办意见。",
        )
        if passes:
            term = self.base.terms.order_by("-number")[0]
            self._plan_term(term.starts_on, term.expires_on)


def _stands(obligation: Obligation) -> bool:
    """Whether the report is still owed: the base may have ended before the day that counts."""
    obligation.refresh_from_db()
    return obligation.cancelled_on is None
