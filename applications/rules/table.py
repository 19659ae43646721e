"""Who may do what to an application, in which state: one table, and what a day makes of the state.

Every other rule starts from here. Time comes with the actor.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from applications.models import Application, Call
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.calls import Timetable
from haizhi_portal.policy.routing import Route, route
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import ROLE_LABELS, Role

State = Application.State

RETURNED = frozenset({State.DISTRICT_RETURNED, State.INITIAL_RETURNED})
EDITABLE = RETURNED | {State.DRAFT}
BEFORE_DECISION = frozenset(Application.LIVE) - {State.APPROVED}


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: for each role the states in which it may be done, and the clause that speaks of it."""

    clause: str
    who: dict[Role, frozenset[State]]


def _move(clause: str, **who: frozenset[State]) -> Move:
    return Move(clause, {Role(role): states for role, states in who.items()})


def _in(*states: State) -> frozenset[State]:
    return frozenset(states)


MOVES: dict[str, Move] = {
    "edit": _move("4.1-materials", applicant=EDITABLE),
    "submit": _move("4.1-annual", applicant=EDITABLE),
    "withdraw": _move("3.1-applicant", applicant=BEFORE_DECISION),
    "reopen": _move("4.1-annual", applicant=_in(State.WITHDRAWN)),
    "write_message": _move(
        "4.1-materials",
        applicant=frozenset(Application.LIVE),
        district=_in(State.DISTRICT_REVIEW, State.DISTRICT_RETURNED),
        municipal=_in(State.INITIAL_REVIEW, State.INITIAL_RETURNED, State.CERTIFICATION, State.APPROVED),
    ),
    "endorse": _move("4.1-via-district", district=_in(State.DISTRICT_REVIEW)),
    "return_for_correction": _move("4.1-via-district", district=_in(State.DISTRICT_REVIEW)),
    "decline": _move("4.1-via-district", district=_in(State.DISTRICT_REVIEW, State.DISTRICT_RETURNED)),
    "hand_on": _move(
        "4.1-via-district",
        district=_in(State.DISTRICT_REVIEW),
        municipal=_in(State.DISTRICT_REVIEW, State.INITIAL_REVIEW),
    ),
    "pass_initial": _move("4.2-initial", municipal=_in(State.INITIAL_REVIEW)),
    "return_initial": _move("4.2-initial", municipal=_in(State.INITIAL_REVIEW)),
    "decline_initial": _move("4.2-initial", municipal=_in(State.INITIAL_REVIEW, State.INITIAL_RETURNED)),
    "extend_correction": _move("4.2-initial", district=_in(State.DISTRICT_RETURNED), municipal=RETURNED),
    "widen_correction": _move("4.2-initial", district=_in(State.DISTRICT_RETURNED), municipal=RETURNED),
    "comment": _move(
        "4.1-materials",
        district=_in(State.DISTRICT_REVIEW, State.DISTRICT_RETURNED),
        municipal=_in(State.INITIAL_REVIEW) | RETURNED,
    ),
    "judge_comment": _move("4.1-materials", district=_in(State.DISTRICT_REVIEW), municipal=_in(State.INITIAL_REVIEW)),
    "handle": _move(
        "4.1-via-district",
        district=_in(State.DISTRICT_REVIEW, State.DISTRICT_RETURNED),
        municipal=_in(State.INITIAL_REVIEW, State.INITIAL_RETURNED, State.CERTIFICATION),
    ),
    "remind": _move("4.1-materials", district=_in(State.DISTRICT_RETURNED), municipal=RETURNED),
    "receive_copies": _move("4.1-paper", municipal=BEFORE_DECISION),
    "void_receipt": _move("4.1-paper", municipal=BEFORE_DECISION),
    "remind_of_copies": _move("4.1-paper", municipal=BEFORE_DECISION),
    "assign": _move("4.2-experts", municipal=_in(State.CERTIFICATION)),
    "set_aside": _move("4.2-experts", municipal=_in(State.CERTIFICATION)),
    "withdraw_decision": _move("4.3-decision", leader=_in(State.APPROVED)),
    "award": _move("4.3-award", leader=_in(State.APPROVED)),
}

_NOT_NOW = gettext_noop("这项申报现在是“%(state)s”，不能办理这一步；请刷新页面看最新进展。")


def timetable(call: Call) -> Timetable:
    """The call's five days as the policy takes them."""
    return Timetable(
        call.year,
        call.opens_on,
        call.applicants_close_on,
        call.districts_close_on,
        call.initial_close_on,
        call.certification_on,
    )


def is_escalated(application: Application, today: date) -> bool:
    """Whether the district let its closing pass, so that municipal staff have it from now on.

    What it sent back and the unit never corrected is theirs too, once the time for the correction is over as well.
    """
    if today <= application.call.districts_close_on:
        return False
    uncorrected = application.state == State.DISTRICT_RETURNED and correction_is_over(application, today)
    return application.state == State.DISTRICT_REVIEW or uncorrected


def state_on(application: Application, today: date) -> State:
    """The state the day makes of it: what a district left unanswered is already in initial review."""
    return State.INITIAL_REVIEW if is_escalated(application, today) else State(application.state)


def correction_day(application: Application) -> date | None:
    """The last day on which a returned application can come back, never before the call itself closes; else None."""
    if application.state not in RETURNED or application.correct_by is None:
        return None
    return max(application.correct_by, application.call.applicants_close_on)


def correction_is_over(application: Application, today: date) -> bool:
    """Whether it came back for correction and the last day to hand it in again has passed."""
    last_day = correction_day(application)
    return last_day is not None and today > last_day


def where_it_goes(organisation: Organisation) -> Route:
    """The route of this organisation's application. Raises RuleViolation when it may not apply at all."""
    return route(kind=organisation.kind, level=organisation.level, jurisdiction=organisation.jurisdiction_id)


def table_verdict(verb: str, actor: Actor, application: Application) -> Verdict:
    """Role, state and whose application it is; nothing else."""
    move = MOVES[verb]
    states = move.who.get(Role(actor.role))
    if states is None:
        names = "、".join(str(ROLE_LABELS[role]) for role in move.who)
        return Verdict.no(move.clause, _("这一步由%(names)s办理。") % {"names": names})
    if not _is_theirs(actor, application):
        return Verdict.no(move.clause, _("这项申报不在您的办理范围内。"))
    state = state_on(application, actor.today)
    if state not in states:
        return Verdict.no(move.clause, _(_NOT_NOW) % {"state": state.label})
    return Verdict.yes(move.clause)


def _is_theirs(actor: Actor, application: Application) -> bool:
    if actor.role == Role.APPLICANT:
        return bool(actor.user.organisation_id == application.organisation_id)
    if actor.role == Role.DISTRICT:
        return application.body is not None and actor.user.reviewing_body_id == application.body.pk
    return True
