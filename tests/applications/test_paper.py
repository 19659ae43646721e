"""Two stamped copies of the current version, recognised by the code printed on them."""

from datetime import date

import pytest

from applications.actions import paper
from applications.models import Application
from applications.papers import copies_of_current_version
from applications.queries import lacking_copies, with_copies
from applications.rules import may_enter_round
from haizhi_portal.policy.figures import DEFAULTS
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-paper")]
State = Application.State


def code(application: Application, version: int = 1) -> str:
    printed = application.submissions.get(version=version).print
    assert printed is not None
    return str(printed.verify_code)


def receive(application: Application, check_code: str, copies: int, *, on: str = "2027-06-03") -> None:
    paper.receive_copies(
        actor=make.acting(make.user(Role.MUNICIPAL), on),
        application=application,
        check_code=check_code,
        copies=copies,
    )


def test_one_and_one_make_two_and_only_then_it_may_enter_the_round() -> None:
    application = make.pass_initial(make.carried_to(State.INITIAL_REVIEW))
    for received, may in ((0, False), (1, False), (2, True)):
        assert copies_of_current_version(application) == received
        assert bool(may_enter_round(application, DEFAULTS)) is may
        assert with_copies(Application.objects.all()).get().copies == received
        assert lacking_copies(application.call, 2) == (0 if may else 1)
        receive(application, code(application), 1)


def test_the_code_is_read_however_it_is_typed() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    printed = code(application)
    officer = make.user(Role.MUNICIPAL)
    for typed in (printed, printed.lower(), f" {printed[:4]} {printed[4:8]}-{printed[8:]} "):
        assert paper.find_by_code(typed, officer) == application.submissions.get()
    assert paper.find_by_code("2222222222222222", officer) is None
    assert paper.find_by_code("", officer) is None
    assert paper.find_by_code(printed, make.district("gaoxin")) is None


def test_an_old_version_s_paper_is_refused_and_the_current_one_named() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    receive(application, code(application), 2, on="2027-05-02")
    make.submit(application, "2027-05-03")
    assert copies_of_current_version(application) == 0
    with pytest.raises(RuleViolation, match="印自第 1 版，现行的是第 2 版") as refused:
        receive(application, code(application, 1), 2)
    assert (refused.value.field, refused.value.code) == ("check_code", "outdated")
    receive(application, code(application, 2), 2)
    assert copies_of_current_version(application) == 2
    assert application.receipts.count() == 2


def test_another_application_s_code_and_a_number_that_cannot_be_are_refused() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    other = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    for check_code, copies, field in ((code(other), 2, "check_code"), (code(application), 0, "copies")):
        with pytest.raises(RuleViolation) as refused:
            receive(application, check_code, copies)
        assert refused.value.field == field


def test_what_is_kept_of_a_receipt() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    receive(application, code(application), 2)
    receipt = application.receipts.get()
    assert (receipt.copies, receipt.received_on) == (2, date(2027, 6, 3))
    assert receipt.received_by == make.user(Role.MUNICIPAL)
