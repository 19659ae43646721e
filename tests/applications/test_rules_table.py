"""State × role × action, every cell, against the table as it is meant."""

from datetime import date
from itertools import product

import pytest

from applications import rules
from applications.models import Application, Call
from haizhi_portal.accounts.models import Jurisdiction, ReviewingBody, User
from haizhi_portal.policy.words import Role
from tests import factories as make

State = Application.State

# action: role: the states in which it may be done
MEANT = """
edit                   applicant  draft district_returned initial_returned
submit                 applicant  draft district_returned initial_returned
withdraw               applicant  district_review district_returned initial_review initial_returned certification
endorse                district   district_review
return_for_correction  district   district_review
decline                district   district_review district_returned
hand_on                district   district_review
hand_on                municipal  district_review initial_review
pass_initial           municipal  initial_review
return_initial         municipal  initial_review
decline_initial        municipal  initial_review initial_returned
extend_correction      district   district_returned
extend_correction      municipal  district_returned initial_returned
handle                 district   district_review district_returned
handle                 municipal  initial_review initial_returned certification
remind                 district   district_returned
remind                 municipal  district_returned initial_returned
widen_correction       district   district_returned
widen_correction       municipal  district_returned initial_returned
comment                district   district_review district_returned
comment                municipal  district_returned initial_review initial_returned
judge_comment          district   district_review
judge_comment          municipal  initial_review
receive_copies         municipal  district_review district_returned initial_review initial_returned certification
reopen                 applicant  withdrawn
write_message          applicant  district_review district_returned initial_review
write_message          applicant  initial_returned certification approved
write_message          district   district_review district_returned
write_message          municipal  initial_review initial_returned certification approved
void_receipt           municipal  district_review district_returned initial_review initial_returned certification
remind_of_copies       municipal  district_review district_returned initial_review initial_returned certification
assign                 municipal  certification
set_aside              municipal  certification
withdraw_decision      leader     approved
award                  leader     approved
"""

CELLS = {
    (row.split()[0], Role(row.split()[1]), State(state))
    for row in MEANT.strip().splitlines()
    for state in row.split()[2:]
}
VERBS = sorted({verb for verb, _role, _state in CELLS})
DAY = date(2027, 4, 1)


def unsaved(state: str) -> Application:
    call = Call(year=2027, **make.days_of())
    place = Jurisdiction(code="210211", reviewing_body=ReviewingBody(pk=1))
    return Application(state=state, call=call, organisation_id=1, routed_to=place)


@pytest.mark.clause("4.1-via-district", "4.2-initial", "4.3-decision")
@pytest.mark.parametrize("verb", VERBS)
def test_every_cell_of_the_table(verb: str) -> None:
    allowed = set()
    for role, state in product(Role, State):
        person = User(role=role, organisation_id=1, reviewing_body_id=1)
        if rules.table_verdict(verb, make.acting(person, DAY), unsaved(state)):
            allowed.add((verb, role, state))
    assert allowed == {cell for cell in CELLS if cell[0] == verb}


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [Role.APPLICANT, Role.DISTRICT])
def test_nobody_acts_on_what_is_another_s(verb: str, role: Role) -> None:
    stranger = User(role=role, organisation_id=2, reviewing_body_id=2)
    assert not any(rules.table_verdict(verb, make.acting(stranger, DAY), unsaved(state)) for state in State)


def test_the_table_has_no_verb_the_test_does_not_know() -> None:
    assert set(rules.MOVES) == set(VERBS)


# The verdicts themselves, on real applications -----------------------------------------------------------------------

VERDICTS = {
    "edit": rules.can_edit,
    "submit": rules.can_submit,
    "withdraw": rules.can_withdraw,
    "endorse": rules.can_endorse,
    "return_for_correction": rules.can_return_for_correction,
    "decline": rules.can_decline,
    "hand_on": rules.can_hand_on,
    "pass_initial": rules.can_pass_initial,
    "return_initial": rules.can_return_initial,
    "decline_initial": rules.can_decline_initial,
    "extend_correction": rules.can_extend_correction,
    "handle": rules.can_handle,
    "receive_copies": rules.can_receive_copies,
    "widen_correction": rules.can_widen_correction,
    "comment": rules.can_comment,
    "remind": rules.can_remind,
}
# A day on which the state is fresh: within the call, the districts' time and any correction.
FRESH = {
    State.DRAFT: "2027-03-15",
    State.DISTRICT_REVIEW: "2027-05-20",
    State.DISTRICT_RETURNED: "2027-05-10",
    State.INITIAL_RETURNED: "2027-06-10",
    State.WITHDRAWN: "2027-04-01",
}
# While the unit may still correct, nobody can refuse what was returned.
NOT_YET = {("decline", State.DISTRICT_RETURNED), ("decline_initial", State.INITIAL_RETURNED)}


@pytest.mark.django_db
@pytest.mark.clause("4.1-via-district", "4.2-initial", "4.1-materials", "4.1-annual", "4.1-paper")
@pytest.mark.parametrize("state", State)
def test_every_verdict_agrees_with_the_table(state: State) -> None:
    application = make.carried_to(state)
    day = FRESH.get(state, "2027-06-29")
    people = [
        make.applicant_of(application.organisation),
        make.district("210211"),
        *(make.user(role) for role in (Role.MUNICIPAL, Role.LEADER, Role.EXPERT, Role.ADMIN, Role.AUDITOR)),
    ]
    found = {
        (verb, Role(person.role), state)
        for (verb, verdict), person in product(VERDICTS.items(), people)
        if verdict(make.acting(person, day), application)
    }
    meant = {cell for cell in CELLS if cell[2] == state and cell[0] in VERDICTS and (cell[0], cell[2]) not in NOT_YET}
    assert found == meant
