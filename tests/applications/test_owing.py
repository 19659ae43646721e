"""The office's list of who still owes stamped copies: how many, whom to call, and who was reminded today."""

from datetime import date

import pytest

from applications.actions import draft, paper
from applications.models import Application
from applications.owing import owing
from applications.queries import owing_copies
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-paper")]
State = Application.State


def renamed(application: Application, name: str, mobile: str) -> Application:
    """A new version that names another contact."""
    unit = make.acting(make.applicant_of(application.organisation), "2027-06-02")
    draft.save_section(
        actor=unit,
        application=application,
        section="particulars",
        answers={**make.sent(application.answers["particulars"]), "contact_name": name, "contact_mobile": mobile},
        expected_version=application.version,
    )
    make.submit(application, "2027-06-03")
    application.refresh_from_db()
    return application


def test_each_line_has_what_is_lacking_the_contact_and_whether_reminded_today() -> None:
    returned = make.send_back(make.carried_to(State.INITIAL_REVIEW), "2027-06-01", sections={"particulars": "电话停机"})
    changed = renamed(returned, "李新联", "13900000002")
    one_copy, silent = (make.carried_to(State.INITIAL_REVIEW) for _ in range(2))
    make.receive_paper(one_copy, "2027-06-03", copies=1)
    office = make.user(Role.MUNICIPAL)
    for application, day in ((changed, "2027-06-04"), (one_copy, "2027-06-05")):
        paper.remind_of_copies(actor=make.acting(office, day), application=application)

    def lines(day: str) -> list[tuple[str, int, int, str, str, bool]]:
        rows = owing(owing_copies(changed.call, 2), 2, date.fromisoformat(day))
        return [
            (row.application.number, row.received, row.lacking, row.contact, row.telephone, row.reminded)
            for row in rows
        ]

    first = silent.answers["particulars"]
    usual = first["contact_name"], first["contact_mobile"]
    assert usual[0] != "李新联"
    assert lines("2027-06-04") == [
        (changed.number, 0, 2, "李新联", "13900000002", True),
        (one_copy.number, 1, 1, *usual, False),
        (silent.number, 0, 2, *usual, False),
    ]
    assert [line[-1] for line in lines("2027-06-05")] == [False, True, False]
    assert owing([], 2, date(2027, 6, 5)) == []
