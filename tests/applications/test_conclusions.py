"""What each conclusion of the two reviews keeps and says: stage, words, marks, sections, days, letters, messages."""

from collections.abc import Callable
from datetime import date

import pytest

from applications.actions import initial_review, pre_review
from applications.actions.letters import Letter
from applications.models import Application, EndorsementLetter, Review
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.models import Entry
from haizhi_portal.files.store import store_upload
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State
Stage, Outcome = Review.Stage, Review.Outcome
TODAY = date(2027, 5, 1)


def last(application: Application) -> Review:
    return application.reviews.latest("pk")


def told(person: User) -> tuple[str, str]:
    """Subject, but for the application's number at its end, and words of the newest message."""
    newest = Message.objects.filter(recipient=person).latest("pk")
    subject, number, rest = newest.subject.partition("（2027-0001）")
    assert (number, rest) == ("（2027-0001）", "")
    return subject, newest.body


def unit(application: Application) -> User:
    return make.applicant_of(application.organisation)


def endorsed(application: Application, opinion: str = "同意", letter: Letter | None = None) -> Review:
    actor = make.acting(make.district("210211"), TODAY)
    notes = {"rules": "见附件"}
    pre_review.endorse(
        actor=actor, application=application, opinion=opinion, checks=make.all_checked(), notes=notes, letter=letter
    )
    return last(application)


# Endorsed and passed -------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(
    ("opinion", "kept"), [(" 同意，条件具备 ", "同意，条件具备"), ("", "同意推荐"), (" \n　", "同意推荐")]
)
def test_an_endorsement_keeps_what_was_found_and_who_found_it(opinion: str, kept: str) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    review = endorsed(application, opinion)
    found = (review.stage, review.outcome, review.opinion, review.clause, review.checks, review.notes)
    assert found == (
        Stage.DISTRICT,
        Outcome.ENDORSED,
        kept,
        "4.1-via-district",
        make.all_checked(),
        {"rules": "见附件"},
    )
    assert (review.body, review.sections, review.correct_by) == (make.district("210211").reviewing_body, {}, None)
    assert (review.submission.version, review.decided_by) == (1, make.district("210211"))


@pytest.mark.clause("4.1-via-district")
def test_an_endorsement_tells_the_unit_who_recommends_it_and_the_office_what_waits() -> None:
    application, officer = make.carried_to(State.DISTRICT_REVIEW), make.user(Role.MUNICIPAL)
    endorsed(application)
    assert told(unit(application)) == ("辖区审核同意", "甘井子区已同意推荐，转市科协初审。")
    name = application.organisation.name
    assert told(officer) == ("有一项申报等待初审", f"{name}的申报经甘井子区同意，等待初审。")


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize(("opinion", "kept"), [(" 材料齐全 ", "材料齐全"), ("", "初审通过"), (" \n　", "初审通过")])
def test_a_pass_keeps_what_was_found_and_who_found_it(opinion: str, kept: str) -> None:
    application, officer = make.carried_to(State.INITIAL_REVIEW), make.user(Role.MUNICIPAL)
    notes = {"rules": "已核"}
    initial_review.pass_initial(
        actor=make.acting(officer, TODAY),
        application=application,
        opinion=opinion,
        checks=make.all_checked(),
        notes=notes,
    )
    review = last(application)
    found = (review.stage, review.outcome, review.opinion, review.clause, review.checks, review.notes)
    assert found == (Stage.INITIAL, Outcome.PASSED, kept, "4.2-initial", make.all_checked(), notes)
    assert (review.body, review.sections, review.correct_by, review.decided_by) == (None, {}, None, officer)
    application.refresh_from_db()
    assert (application.state, application.initial_passed_on) == (State.CERTIFICATION, TODAY)


@pytest.mark.clause("4.2-initial")
def test_passed_only_with_every_condition_and_material_checked() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    actor = make.acting(make.user(Role.MUNICIPAL), TODAY)
    for key in make.all_checked():
        checks = {**make.all_checked(), key: False}
        with pytest.raises(RuleViolation) as refused:
            initial_review.pass_initial(actor=actor, application=application, opinion="", checks=checks)
        assert (refused.value.field, refused.value.clause) == ("checks", "4.2-initial")
    assert Application.objects.get().state == State.INITIAL_REVIEW


@pytest.mark.clause("4.2-initial", "4.1-paper")
@pytest.mark.parametrize(
    ("copies", "words"),
    [
        (0, "初审已通过，等待专家认证。还须报送盖章纸质材料 2 份，收齐后才能进入专家认证。"),
        (1, "初审已通过，等待专家认证。还须报送盖章纸质材料 1 份，收齐后才能进入专家认证。"),
        (2, "初审已通过，等待专家认证。"),
        (3, "初审已通过，等待专家认证。"),
    ],
)
def test_a_pass_says_how_much_paper_is_still_owed(copies: int, words: str) -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    if copies:
        make.receive_paper(application, "2027-05-20", copies)
    make.pass_initial(application)
    assert told(unit(application)) == ("初审通过", words)


# The district's own letter -------------------------------------------------------------------------------------------

ON = date(2027, 4, 30)


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(
    ("number", "dated_on", "kept"),
    [
        ("", None, None),
        (" 　", None, None),
        ("甘科协〔2027〕3 号", ON, ("甘科协〔2027〕3 号", ON)),
        ("  甘科协〔2027〕3 号\n", ON, ("甘科协〔2027〕3 号", ON)),
        ("甘科协〔2027〕3 号", TODAY, ("甘科协〔2027〕3 号", TODAY)),
    ],
)
def test_a_letter_is_kept_with_its_number_and_day(
    number: str, dated_on: date | None, kept: tuple[str, date] | None
) -> None:
    endorsed(make.carried_to(State.DISTRICT_REVIEW), letter=Letter(number, dated_on))
    assert EndorsementLetter.objects.values_list("number", "dated_on").first() == kept


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(
    ("number", "dated_on", "field", "words"),
    [
        ("", ON, "letter_number", "填写了成文日期，请同时填写文号。"),
        ("  ", ON, "letter_number", "填写了成文日期，请同时填写文号。"),
        ("甘科协〔2027〕3 号", None, "letter_on", "填写了文号，请同时填写成文日期。"),
        ("甘科协〔2027〕3 号", date(2027, 5, 2), "letter_on", "成文日期不能晚于今天。"),
    ],
)
@pytest.mark.parametrize("scanned", [False, True])
def test_half_a_letter_stops_the_endorsement_at_its_input(
    number: str, dated_on: date | None, field: str, words: str, scanned: bool
) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    actor = make.acting(make.district("210211"), TODAY)
    scan = store_upload(actor=actor, upload=make.upload(), max_megabytes=5) if scanned else None
    with pytest.raises(RuleViolation) as refused:
        endorsed(application, letter=Letter(number, dated_on, scan))
    assert (refused.value.field, refused.value.message, refused.value.clause) == (field, words, "4.1-via-district")
    application.refresh_from_db()
    assert (application.state, application.reviews.count()) == (State.DISTRICT_REVIEW, 0)


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(("number", "dated_on"), [("", None), ("甘科协〔2027〕3 号", ON)])
def test_a_stamped_scan_comes_alone_or_with_number_and_day(number: str, dated_on: date | None) -> None:
    actor = make.acting(make.district("210211"), TODAY)
    scan = store_upload(actor=actor, upload=make.upload(), max_megabytes=5)
    review = endorsed(make.carried_to(State.DISTRICT_REVIEW), letter=Letter(number, dated_on, scan))
    assert (review.letter.number, review.letter.dated_on, review.letter.scan) == (number, dated_on, scan)


# Handed on, escalated ------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.1-via-district")
def test_who_gets_it_is_told_by_when_a_district_has_to_answer() -> None:
    application, officer = make.carried_to(State.DISTRICT_REVIEW), make.user(Role.MUNICIPAL)
    there = make.district("gaoxin")
    pre_review.hand_on(
        actor=make.acting(make.district("210211"), TODAY), application=application, route="gaoxin", reason="在高新区"
    )
    moved = "现由高新技术产业园区审核。理由：在高新区"
    assert told(unit(application)) == ("申报已移交", moved)
    until = "请在2027年5月20日前（含当日）审核；也不属于贵单位的，可写明理由再移交或退回。"
    assert told(there) == ("申报已移交", moved + until)
    pre_review.hand_on(
        actor=make.acting(there, TODAY), application=application, route="municipal", reason="也不属于我区"
    )
    assert told(officer) == told(unit(application)) == ("申报已移交", "现由大连市科协审核。理由：也不属于我区")


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(("day", "recorded"), [("2027-05-20", [False, False]), ("2027-05-21", [True, False])])
def test_an_escalation_is_recorded_once_and_says_so(day: str, recorded: list[bool]) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    actor = make.Actor.system(make.at(day))
    found = [pre_review.escalate_unanswered(actor=actor, application=application) for _ in range(2)]
    assert (found, Entry.objects.filter(event="application.rerouted").count()) == (recorded, sum(recorded))


# More time -----------------------------------------------------------------------------------------------------------


def district() -> User:
    return make.district("210211")


def officer() -> User:
    return make.user(Role.MUNICIPAL)


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize(
    ("state", "person", "stage"),
    [
        (State.DISTRICT_RETURNED, district, Stage.DISTRICT),
        (State.DISTRICT_RETURNED, officer, Stage.DISTRICT),
        (State.INITIAL_RETURNED, officer, Stage.INITIAL),
    ],
)
def test_more_time_keeps_the_stage_and_what_was_asked_for(
    state: State, person: Callable[[], User], stage: Stage
) -> None:
    application = make.carried_to(state)
    before, later = application.correct_by, date(2027, 6, 18)
    actor = make.acting(person(), "2027-05-10" if state == State.DISTRICT_RETURNED else "2027-06-10")
    given = {"actor": actor, "application": application, "reason": " 补充盖章 "}
    with pytest.raises(RuleViolation) as refused:
        pre_review.extend_correction(**given, correct_by=before)
    assert (refused.value.field, refused.value.clause) == ("correct_by", "4.2-initial")
    with pytest.raises(RuleViolation) as silent:
        pre_review.extend_correction(**given | {"reason": " 　"}, correct_by=later)
    assert (silent.value.field, silent.value.clause) == ("reason", "4.2-initial")
    extended = pre_review.extend_correction(**given, correct_by=later)
    assert (extended.state, extended.correct_by) == (state, later)
    review = last(application)
    found = (review.stage, review.outcome, review.opinion, review.clause, review.sections, review.correct_by)
    assert found == (stage, Outcome.EXTENDED, "补充盖章", "4.2-initial", make.REMARKS, later)
    entry = Entry.objects.get(event="application.correction_extended")
    assert (entry.data, entry.reason) == ({"from": f"{before}", "to": "2027-06-18"}, "补充盖章")
    assert told(unit(application)) == ("补正期限已延长", "请于2027年6月18日前（含当日）重新提交。补充盖章")
