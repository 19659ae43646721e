"""Handing in: when, by whom, what must be there, and what a version freezes."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from applications.actions import draft, pre_review, submission
from applications.models import Application, Call
from applications.queries import visible_to
from applications.rules import can_edit, can_start, can_submit
from applications.sections import CONDITIONS, MATERIALS, SECTIONS, missing, section_states
from applications.versions import differences
from applications.worklist import worklist
from bases.actions.endings import surrender
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Kind, Level, Role
from tests import factories as make
from tests.factories import at

pytestmark = pytest.mark.django_db
State = Application.State
REQUIRED = sorted(kind for kind, spec in MATERIALS.items() if spec.required)


@pytest.mark.clause("4.1-annual")
@pytest.mark.parametrize(
    ("instant", "accepted"),
    [
        (at("2027-02-28", 23, 59, 59), False),
        (at("2027-03-01", 0), True),
        (at("2027-04-30", 23, 59, 59), True),
        (at("2027-05-01", 0), False),
    ],
)
def test_only_from_the_first_to_the_last_second_of_the_call(instant: datetime, accepted: bool) -> None:
    application = make.application_ready(on="2027-02-01")
    if accepted:
        assert make.submit(application, instant).version == 1
        return
    with pytest.raises(RuleViolation) as refused:
        make.submit(application, instant)
    assert refused.value.clause == "4.1-annual"
    application.refresh_from_db()
    assert (application.state, application.submissions.count()) == (State.DRAFT, 0)


@pytest.mark.clause("4.1-materials", "3.2-organised", "3.2-channels")
def test_an_empty_form_lists_everything_that_is_missing() -> None:
    application = make.application_begun()
    lacking = missing(application, date(2027, 3, 1))
    required = sum(field.required for section in SECTIONS.values() for field in section.fields)
    registered = {"contact_name", "contact_mobile", "contact_email"}
    assert len(lacking) == required - len(registered) + len(REQUIRED) + len(CONDITIONS) + 1
    assert not registered & {each.field for each in lacking}
    with pytest.raises(RuleViolation) as refused:
        make.submit(application)
    assert refused.value.clause == "4.1-materials"
    assert str(len(lacking)) in refused.value.message


@pytest.mark.clause("3.2-organised")
@pytest.mark.parametrize("condition", ["rules", "finance", "yearly_plan", "staff", "premises", "budget"])
def test_each_of_the_six_conditions_is_declared_and_explained(condition: str) -> None:
    application = make.application_ready()
    for field, value in ((f"{condition}_met", False), (f"{condition}_note", "  ")):
        application.answers = {**make.answers(), "conditions": {**make.answers()["conditions"], field: value}}
        assert [each.field for each in missing(application, date(2027, 3, 1))] == [field]


@pytest.mark.clause("3.2-channels")
def test_a_partner_whose_agreement_ended_does_not_count() -> None:
    owner = make.organisation()
    make.partner(owner, until="2027-03-14")
    application = make.application_ready(owner)
    assert missing(application, date(2027, 3, 14)) == []
    assert [each.field for each in missing(application, date(2027, 3, 15))] == ["partners"]


@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize("kind", REQUIRED)
def test_each_kind_of_material_is_asked_for_and_can_be_replaced(kind: str) -> None:
    application = make.application_ready()
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-02")
    draft.remove_material(actor=actor, material=application.materials.get(kind=kind))
    assert [each.field for each in missing(application, date(2027, 3, 2))] == [kind]
    states = {state.key: str(state.status) for state in section_states(application, date(2027, 3, 2))}
    assert states["materials"] == "填写中"
    assert {states[key] for key in states if key != "materials"} == {"已完成"}


@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize("kind", [kind for kind, spec in MATERIALS.items() if spec.stamped])
def test_what_must_be_stamped_is_refused_unstamped(kind: str) -> None:
    application = make.application_begun()
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-02")
    with pytest.raises(RuleViolation) as refused:
        draft.add_material(actor=actor, application=application, kind=kind, upload=make.upload(), stamped=False)
    assert refused.value.field == "stamped"


@pytest.mark.clause("4.1-materials")
def test_the_other_tab_is_told_and_nothing_it_had_saved_is_lost() -> None:
    application = make.application_begun()
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-02")
    first = draft.save_section(
        actor=actor, application=application, section="overseas", answers={"contacts": "甲"}, expected_version=1
    )
    with pytest.raises(Conflict):
        draft.save_section(
            actor=actor, application=application, section="overseas", answers={"contacts": "乙"}, expected_version=1
        )
    first.refresh_from_db()
    assert (first.answers["overseas"], first.version) == ({"contacts": "甲"}, 2)


@pytest.mark.clause("3.1-applicant")
def test_one_live_application_and_a_withdrawn_one_makes_room() -> None:
    owner = make.municipal_unit()
    application = make.application_ready(owner)
    make.submit(application)
    with pytest.raises(RuleViolation, match="只能有一项"):
        make.application_begun(owner, on="2027-03-16")
    actor = make.acting(make.applicant_of(owner), "2027-03-20")
    submission.withdraw(actor=actor, application=application, reason="计划调整")
    again = make.application_ready(owner, on="2027-03-21")
    assert again.number != application.number
    assert again.answers == make.answers()
    assert make.submit(again, "2027-04-30").version == 1


@pytest.mark.clause("3.1-applicant")
def test_a_declined_unit_waits_for_the_next_call() -> None:
    application = make.carried_to(State.DECLINED)
    with pytest.raises(RuleViolation, match="下一年度"):
        make.application_begun(application.organisation, on="2027-04-30")
    later = make.application_ready(application.organisation, make.call(2028))
    assert make.submit(later, "2028-03-01").version == 1


@pytest.mark.clause("3.1-applicant", "5.6-term")
def test_a_unit_applies_again_in_a_call_that_opens_after_its_base_has_ended() -> None:
    """On the page, the home page, the list and in the action alike, though nobody recorded the ending."""
    owner = make.carried_to(State.LICENSED).organisation  # valid through 2030-06-30
    person = make.applicant_of(owner)
    days = {
        "applicants_close_on": date(2030, 7, 31),
        "districts_close_on": date(2030, 8, 1),
        "initial_close_on": date(2030, 8, 2),
        "certification_on": date(2030, 8, 3),
    }
    running = make.call(2030, **days)
    with pytest.raises(RuleViolation, match="一个单位只能有一个基地"):
        make.application_begun(owner, running, on="2030-06-30")
    for opens_on, allowed in (("2030-03-01", False), ("2030-07-01", False), ("2030-07-02", True)):
        Call.objects.filter(pk=running.pk).update(opens_on=date.fromisoformat(opens_on))
        running.refresh_from_db()
        verdict = can_start(make.acting(person, "2030-07-02"), owner, running)
        assert verdict.allowed is allowed
        assert allowed or "自2030年7月1日起终止，只能参加此后开始的年度申报" in verdict.reason
        titles = [line.title for line in worklist(person, date(2030, 7, 2)).mine]
        assert ("2030 年度申报" in titles) is allowed
        if not allowed:
            with pytest.raises(RuleViolation, match="请等待下一次年度申报"):
                make.application_begun(owner, running, on="2030-07-02")
    assert not Entry.objects.filter(event="base.expired").exists()
    assert make.submit(make.application_ready(owner, running, on="2030-07-02"), "2030-07-02").version == 1
    assert Entry.objects.get(event="base.expired").on == date(2030, 7, 1)


@pytest.mark.clause("3.1-applicant")
def test_a_draft_of_a_call_open_before_the_ending_is_not_handed_in() -> None:
    owner = make.carried_to(State.LICENSED).organisation
    year = make.call(2030)
    Application.objects.create(
        number="2030-0001",
        call=year,
        organisation=owner,
        answers=make.answers(),
        created_at=make.at("2030-03-01"),
        created_by=make.applicant_of(owner),
    )
    application = make.application_ready(owner, year, on="2030-03-02")
    surrender(actor=make.acting(make.applicant_of(owner), "2030-03-02"), base=owner.bases.get(), reason="另有安排")
    with pytest.raises(RuleViolation, match="自2030年3月2日起终止"):
        make.submit(application, "2030-03-03")


@pytest.mark.clause("4.2-initial", "4.1-annual")
def test_back_until_the_last_day_of_the_correction_and_not_a_second_longer() -> None:
    application = make.carried_to(State.INITIAL_RETURNED)
    assert application.correct_by == date(2027, 6, 15)  # ten working days; the table of 2027 is not out yet
    actor = make.applicant_of(application.organisation)
    assert can_submit(make.acting(actor, at("2027-06-15", 23, 59, 59)), application)
    assert not can_submit(make.acting(actor, at("2027-06-16", 0)), application)
    with pytest.raises(RuleViolation, match="补正期限"):
        make.submit(application, at("2027-06-16", 0))


@pytest.mark.clause("4.2-initial")
def test_a_correction_by_rule_moves_past_holidays_one_set_by_staff_does_not() -> None:
    year = make.call(2026)
    owners = [make.municipal_unit() for _ in range(2)]
    first, second = (make.application_ready(owner, year) for owner in owners)
    for application in (first, second):
        make.submit(application, "2026-04-01")
        application.refresh_from_db()
    # Ten working days after 24 April 2026: the 1st to the 5th of May are off, Saturday the 9th is worked.
    assert make.send_back(first, "2026-04-24").correct_by == date(2026, 5, 12)
    assert make.send_back(second, "2026-04-24", date(2026, 5, 1)).correct_by == date(2026, 5, 1)


@pytest.mark.clause("4.2-initial")
def test_after_a_missed_correction_staff_extend_or_decline() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    assert application.correct_by == date(2027, 5, 14)
    reviewer = make.district("210211")
    with pytest.raises(RuleViolation, match="期满未补正"):
        pre_review.decline(actor=make.acting(reviewer, "2027-05-14"), application=application, reason="未补正")
    extended = pre_review.extend_correction(
        actor=make.acting(reviewer, "2027-05-17"),
        application=application,
        correct_by=date(2027, 5, 19),
        reason="单位说明了困难",
    )
    make.submit(extended, at("2027-05-19", 23, 59, 59))
    application.refresh_from_db()
    assert application.state == State.DISTRICT_REVIEW
    assert [review.outcome for review in application.reviews.all()] == ["returned", "extended"]


@pytest.mark.clause("4.1-paper", "4.2-initial")
def test_a_version_is_frozen_and_its_successor_shows_what_changed() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    first = application.submissions.get()
    statuses = {state.key: str(state.status) for state in section_states(application, date(2027, 5, 3))}
    assert (statuses["plan"], statuses["overseas"]) == ("需修改", "已完成")
    actor = make.acting(make.applicant_of(application.organisation), "2027-05-03")
    application = draft.save_section(
        actor=actor,
        application=application,
        section="plan",
        answers={**make.answers()["plan"], "expected": "三年引进五个团队"},
        expected_version=application.version,
    )
    statuses = {state.key: str(state.status) for state in section_states(application, date(2027, 5, 3))}
    assert statuses["plan"] == "已修改"
    second = submission.submit(actor=actor, application=application)
    first.refresh_from_db()
    assert first.content["answers"]["plan"]["expected"] == "<p>按实际情况填写的说明。</p>"
    assert [(each.label, each.after) for each in differences(first, second)] == [("预期目标", "三年引进五个团队")]
    assert second.print is not None
    assert first.print is not None
    assert second.print.facts["check_code"] == second.print.verify_code != first.print.verify_code
    assert second.print.facts["version"] == "2"
    told = Entry.objects.filter(application=application.number).values_list("event", "data__version")
    assert list(told) == [
        ("application.submitted", 1),
        ("application.returned", None),
        ("application.resubmitted", 2),
    ]


@pytest.mark.clause("4.1-direct", "4.1-via-district")
@pytest.mark.parametrize(
    ("kind", "level", "place", "route", "state"),
    [
        (Kind.ENTERPRISE, Level.NONE, "210211", "210211", State.DISTRICT_REVIEW),
        (Kind.ENTERPRISE, Level.DISTRICT, "gaoxin", "gaoxin", State.DISTRICT_REVIEW),
        (Kind.ENTERPRISE, Level.NONE, "jinpu", "jinpu", State.DISTRICT_REVIEW),
        (Kind.UNIVERSITY, Level.PROVINCIAL, "210211", "municipal", State.INITIAL_REVIEW),
        (Kind.SOCIETY, Level.MUNICIPAL, "210202", "municipal", State.INITIAL_REVIEW),
        (Kind.DISTRICT_CAST, Level.DISTRICT, "210202", "municipal", State.INITIAL_REVIEW),
        (Kind.PARK, Level.DISTRICT, "changxingdao", "changxingdao", State.DISTRICT_REVIEW),
    ],
)
def test_the_route_is_fixed_with_its_reason(kind: str, level: str, place: str, route: str, state: str) -> None:
    application = make.application_ready(make.organisation(kind, level, place=place))
    make.submit(application)
    application.refresh_from_db()
    routing = application.routings.get()
    assert (application.route, application.state, routing.route) == (route, state, route)
    assert application.route_reason == routing.reason != ""
    assert (application.reviewing_body is None) == (route == "municipal")
    assert Entry.objects.get(event="application.submitted").data == {
        "year": 2027,
        "route": route,
        "level": level,
        "kind": kind,
        "version": 1,
    }


@pytest.mark.clause("4.1-direct", "4.1-via-district")
@pytest.mark.parametrize(
    ("unit", "clause", "where"),
    [(make.municipal_unit, "4.1-direct", "大连市科协"), (make.organisation, "4.1-via-district", "甘井子区")],
)
def test_each_version_says_where_it_lies_under_which_figures(
    unit: Callable[[], Organisation], clause: str, where: str
) -> None:
    make.figures("2027-05-02", correction_working_days=8)
    application = make.application_ready(unit())
    subject, words = "申报已提交（2027-0001）", "受理。请打印本版申报书，盖章后一式两份报送市科协学会部。"
    make.submit(application)
    application.refresh_from_db()
    first = application.edition
    back = make.send_back(application, "2027-05-01")
    make.submit(back, "2027-05-03")
    back.refresh_from_db()
    assert (first, back.edition) == (figures_on(date(2027, 5, 1)).edition, "自2027-05-02")
    assert (back.state == State.DISTRICT_REVIEW, back.correct_by) == (where == "甘井子区", None)
    entries = Entry.objects.filter(event__in=("application.submitted", "application.resubmitted")).order_by("seq")
    assert [(entry.event, entry.clause, entry.data["version"]) for entry in entries] == [
        ("application.submitted", clause, 1),
        ("application.resubmitted", clause, 2),
    ]
    told = Message.objects.filter(kind="application.submitted", recipient=make.applicant_of(back.organisation))
    assert list(told.order_by("pk").values_list("subject", "body")) == [
        (subject, f"第 {version} 版已提交，由{where}{words}") for version in (1, 2)
    ]
    reviewer = make.district("210211") if where == "甘井子区" else make.user(Role.MUNICIPAL)
    waiting = Message.objects.filter(kind="application.to_review", recipient=reviewer).latest("pk")
    assert waiting.body == f"{back.organisation.name}提交了第 2 版申报书。"


@pytest.mark.clause("3.1-kinds")
def test_a_society_that_is_not_municipal_any_more_cannot_submit() -> None:
    owner = make.organisation(Kind.SOCIETY, Level.MUNICIPAL)
    application = make.application_ready(owner)
    owner.level = Level.DISTRICT
    owner.save()
    with pytest.raises(RuleViolation) as refused:
        make.submit(application)
    assert refused.value.clause == "3.1-kinds"


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(("back_on", "reviewer"), [("2027-05-20", "district"), ("2027-05-21", "municipal")])
def test_who_is_told_of_a_late_correction_can_open_it(back_on: str, reviewer: str) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    make.send_back(application, "2027-05-18")
    before = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    make.submit(application, back_on)
    told = Message.objects.filter(pk__gt=before).select_related("recipient")
    assert {each.recipient.role for each in told if each.kind == "application.to_review"} == {reviewer}
    for message in told:
        assert visible_to(message.recipient).filter(number=application.number).exists(), message.kind


@pytest.mark.clause("4.1-annual", "4.1-materials")
def test_a_draft_is_written_on_after_the_closing_until_the_next_one_was_begun() -> None:
    owner = make.municipal_unit()
    draft_ = make.application_begun(owner, make.call(2027))
    unit = make.applicant_of(owner)
    for day in ("2027-04-30", "2027-05-01", "2027-12-31"):
        assert can_edit(make.acting(unit, day), draft_)
    again = make.application_begun(owner, make.call(2028))
    verdict = can_edit(make.acting(unit, "2028-03-15"), draft_)
    assert (verdict.allowed, again.number in verdict.reason) == (False, True)
    assert can_edit(make.acting(unit, "2028-03-15"), again)
