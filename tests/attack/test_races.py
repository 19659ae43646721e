"""Eight hands on one button, on PostgreSQL: it works once, the others are told, the ledger stays whole."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import award as awarding
from applications.actions import certification, decision, submission
from applications.models import Application, Decision
from bases.actions import endings, reports
from bases.models import Base, Term
from evaluations.actions import evaluation, renewal, withdrawal
from evaluations.models import Renewal, ResultReview, Withdrawal
from haizhi_portal.audit.ledger import first_broken
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.bases.kit import WORDS, report
from tests.evaluations import kit

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
EIGHT = 8
Act = Callable[[], object]


def at_once(acts: Sequence[Act]) -> list[str]:
    """Each on its own connection, let go at the same moment; "won" or the refusal's words, in order."""
    barrier = Barrier(len(acts))

    def one(act: Act) -> str:
        try:
            barrier.wait(timeout=30)
            act()
        except RuleViolation as refusal:
            return refusal.message
        else:
            return "won"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def entries(event: str) -> int:
    return Entry.objects.filter(event=event).count()


@pytest.mark.clause("4.3-award")
def test_one_award() -> None:
    application = make.carried_to(Application.State.APPROVED, make.municipal_unit())
    actor = make.acting(make.user(Role.LEADER), "2027-06-30")
    told = at_once([lambda: awarding.award(actor=actor, call=application.call)] * EIGHT)
    assert told.count("won") == 1
    assert Base.objects.count() == Term.objects.count() == entries("base.licensed") == entries("term.started") == 1
    assert Document.objects.filter(kind=Document.Kind.DESIGNATION_NOTICE).count() == 1
    assert first_broken() is None


@pytest.mark.clause("4.3-award", "4.3-decision")
def test_an_award_or_its_withdrawal_never_both() -> None:
    application = make.carried_to(Application.State.APPROVED, make.municipal_unit())
    actor = make.acting(make.user(Role.LEADER), "2027-06-30")
    found = Decision.objects.get(application=application)
    award: Act = lambda: awarding.award(actor=actor, call=application.call)  # noqa: E731
    withdraw: Act = lambda: decision.withdraw_decision(actor=actor, decision=found, reason="撤销")  # noqa: E731
    assert at_once([award, withdraw] * 4).count("won") == 1
    application.refresh_from_db()
    assert (application.state == Application.State.LICENSED) == (Base.objects.count() == 1)
    assert entries("base.licensed") + entries("decision.withdrawn") == 1
    assert first_broken() is None


@pytest.mark.clause("4.2-experts")
def test_one_sheet_submitted() -> None:
    application = make.carried_to(Application.State.CERTIFICATION, make.municipal_unit())
    make.open_round(application.call)
    task = make.assign(application, declared=False)
    actor = make.acting(task.expert, application.call.certification_on)

    def submit() -> None:
        certification.submit_scores(
            actor=actor,
            assignment=task,
            points=make.marks(80),
            comments={},
            opinion="可行",
            recommendation="recommended",
        )

    assert at_once([submit] * EIGHT).count("won") == entries("score.submitted") == 1


@pytest.mark.clause("4.2-experts")
def test_a_conflict_or_a_score_never_both() -> None:
    application = make.carried_to(Application.State.CERTIFICATION, make.municipal_unit())
    make.open_round(application.call)
    task = make.assign(application, declared=False)
    actor = make.acting(task.expert, application.call.certification_on)
    score: Act = lambda: make.score(task)  # noqa: E731
    step_back: Act = lambda: certification.declare(  # noqa: E731
        actor=actor, assignment=task, conflict=True, reason="曾任职"
    )
    at_once([score, step_back] * 4)
    # A score handed in first is voided by the conflict; none counts beside it, in whatever order they came.
    assert entries("conflict.declared") == 1
    assert entries("score.submitted") == entries("score.voided") <= 1
    task.refresh_from_db()
    assert task.conflict is True


@pytest.mark.clause("4.1-annual")
def test_submitted_or_withdrawn_in_an_order_the_ledger_tells() -> None:
    application = make.application_ready(make.municipal_unit())
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-15")
    submit: Act = lambda: submission.submit(actor=actor, application=application)  # noqa: E731
    withdraw: Act = lambda: submission.withdraw(actor=actor, application=application, reason="有变")  # noqa: E731
    at_once([submit, withdraw] * 4)
    application.refresh_from_db()
    assert entries("application.submitted") == 1
    assert (application.state == Application.State.WITHDRAWN) == (entries("application.withdrawn") == 1)
    assert first_broken() is None


@pytest.mark.clause("5.3-quarterly")
def test_one_filing_of_a_report() -> None:
    base = kit.licensed("2027-02-10")
    owed = report(base, "2027Q1")
    actor = kit.unit_actor(base, "2027-04-01")
    told = at_once(
        [lambda: reports.file_report(actor=actor, obligation=owed, content=WORDS, expected_version=1)] * EIGHT
    )
    assert told.count("won") == entries("report.filed") == owed.filings.count() == 1


@pytest.mark.clause("5.4-evaluation")
def test_one_review_asked_for_and_one_decided() -> None:
    base = kit.licensed("2027-02-10")
    told_result = kit.announced(base, 2027)
    own = kit.unit_actor(base, "2028-03-04")
    asked = at_once([lambda: evaluation.request_review(actor=own, evaluation=told_result, reason="有异议")] * EIGHT)
    assert asked.count("won") == ResultReview.objects.count() == entries("evaluation.review_requested") == 1
    leader = kit.leader("2028-03-05")

    def decide() -> None:
        evaluation.decide_review(
            actor=leader, evaluation=told_result, points=kit.marks("75"), comments={}, opinion="维持"
        )

    assert at_once([decide] * EIGHT).count("won") == entries("evaluation.reviewed") == entries("evaluation.final") == 1


@pytest.mark.clause("5.6-renewal", "5.6-reaward")
def test_one_renewal_and_one_new_term() -> None:
    base = kit.licensed("2027-02-10")
    own = kit.unit_actor(base, "2030-01-10")
    asked = at_once([lambda: renewal.request_renewal(actor=own, base=base, statement="情况", plan="计划")] * EIGHT)
    assert asked.count("won") == Renewal.objects.count() == 1
    found, office, leader = Renewal.objects.get(), kit.officer("2030-01-11"), kit.leader("2030-01-12")
    renewal.register_paper(actor=office, renewal=found, received_on=office.today)
    renewal.prepare_renewal(actor=office, renewal=found, proposal="pass", assessment="达标")
    passed: Act = lambda: renewal.decide_renewal(  # noqa: E731
        actor=leader, renewal=found, passed=True, reason="", assessment_read="达标"
    )
    failed: Act = lambda: renewal.decide_renewal(  # noqa: E731
        actor=leader, renewal=found, passed=False, reason="不达标", assessment_read="达标"
    )
    assert at_once([passed, failed] * 4).count("won") == 1
    assert entries("renewal.passed") + entries("renewal.failed") == 1
    assert Term.objects.count() == 1 + entries("renewal.passed")
    assert first_broken() is None


@pytest.mark.clause("5.5-exit")
def test_a_base_ends_once() -> None:
    base = kit.licensed("2027-02-10")
    office, leader, own = kit.officer("2028-05-01"), kit.leader("2028-05-02"), kit.unit_actor(base, "2028-05-02")
    opened = at_once(
        [
            lambda: withdrawal.open_withdrawal(
                actor=office, base=base, ground=Withdrawal.Ground.FALSE_STATEMENTS, years=[], statement="伪造协议"
            )
        ]
        * EIGHT
    )
    assert opened.count("won") == Withdrawal.objects.count() == 1
    case = withdrawal.prepare_withdrawal(actor=office, withdrawal=Withdrawal.objects.get(), statement="伪造协议")
    confirm: Act = lambda: withdrawal.confirm_withdrawal(  # noqa: E731
        actor=leader, withdrawal=case, statement_read="伪造协议"
    )
    give_up: Act = lambda: endings.surrender(actor=own, base=base, reason="主动退出")  # noqa: E731
    assert at_once([confirm, give_up] * 4).count("won") == 1
    assert entries("base.revoked") + entries("base.surrendered") == 1
    assert first_broken() is None
