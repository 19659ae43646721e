"""A correction changes what was asked for and nothing else."""

from datetime import date

import pytest

from applications.actions import draft, initial_review
from applications.models import Application
from applications.rules import (
    can_decline,
    can_decline_initial,
    can_extend_correction,
    can_return_initial,
    can_widen_correction,
)
from applications.sections import SECTIONS, open_sections
from applications.versions import differences
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from resources.actions import change_partner
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State
DAY = "2027-05-03"


def save(application: Application, section: str) -> Application:
    return draft.save_section(
        actor=make.acting(make.applicant_of(application.organisation), DAY),
        application=application,
        section=section,
        answers=make.answers().get(section, {}) | {"expected": "每年引进专家 5 名。", "contact": "每年引进专家 5 名。"},
        expected_version=application.version,
    )


@pytest.mark.clause("4.1-via-district", "4.2-initial")
@pytest.mark.parametrize("state", [State.DISTRICT_RETURNED, State.INITIAL_RETURNED])
@pytest.mark.parametrize("section", list(SECTIONS))
def test_only_the_sections_named_can_be_changed(state: State, section: str) -> None:
    application = make.carried_to(state)
    if section == "plan":
        assert save(application, section).answers["plan"]["expected"] == "<p>每年引进专家 5 名。</p>"
        return
    with pytest.raises(RuleViolation, match="这次退回只要求修改：基地计划书") as refused:
        save(application, section)
    assert SECTIONS[section].title in refused.value.message


@pytest.mark.clause("4.1-materials")
def test_a_draft_is_open_from_end_to_end() -> None:
    application = make.application_begun()
    assert open_sections(application, date(2027, 3, 15)) == set(SECTIONS)


@pytest.mark.clause("4.1-materials", "3.2-organised")
@pytest.mark.parametrize(
    ("asked", "kind", "allowed"),
    [
        ("plan", "base_plan", False),
        ("materials", "base_plan", True),
        ("materials", "condition_evidence", False),
        ("conditions", "condition_evidence", True),
        ("conditions", "base_plan", False),
    ],
)
def test_files_go_with_the_section_that_asks_for_them(asked: str, kind: str, allowed: bool) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    application = make.send_back(application, "2027-05-01", sections={asked: "请补正。"})
    actor = make.acting(make.applicant_of(application.organisation), DAY)
    about = "rules" if kind == "condition_evidence" else ""

    def add() -> None:
        draft.add_material(
            actor=actor, application=application, kind=kind, upload=make.upload(), stamped=True, about=about
        )

    present = application.materials.filter(kind="base_plan").get()
    if allowed:
        add()
    else:
        with pytest.raises(RuleViolation, match="不在其中"):
            add()
    if asked != "materials":
        with pytest.raises(RuleViolation, match="不在其中"):
            draft.remove_material(actor=actor, material=present)


@pytest.mark.clause("3.2-channels", "4.1-paper")
@pytest.mark.parametrize(("asked", "name"), [("plan", "示例海外学会"), ("channels", "改过名的学会")])
def test_the_next_version_keeps_the_partners_unless_channels_were_asked_for(asked: str, name: str) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    application = make.send_back(application, "2027-05-01", sections={asked: "请补正。"})
    owner = application.organisation
    kept = owner.partners.get()
    change_partner(
        actor=make.acting(make.applicant_of(owner), DAY),
        partner=kept,
        expected_version=kept.version,
        name="改过名的学会",
        foreign_name=kept.foreign_name,
        kind=kept.kind,
        country=kept.country,
        since=kept.since,
        until=kept.until,
        cooperation=kept.cooperation,
    )
    first = application.submissions.get()
    assert bool(differences(first, application)) is (asked == "channels")
    second = make.submit(application, "2027-05-04")
    assert [row["name"] for row in second.content["partners"]] == [name]


@pytest.mark.clause("4.1-materials")
def test_what_is_lacking_by_now_is_open_too() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    Application.objects.filter(pk=application.pk).update(answers={**application.answers, "pledge": {}})
    application.refresh_from_db()
    assert open_sections(application, date(2027, 5, 3)) == {"plan", "pledge"}
    assert save(application, "pledge").answers["pledge"]["truthful"] is True


# By when ------------------------------------------------------------------------------------------------------------


def sent_back(application: Application, day: str, correct_by: str) -> Application:
    return initial_review.return_initial(
        actor=make.acting(make.user(Role.MUNICIPAL), day),
        application=application,
        opinion="请补充",
        sections={"plan": "目标不具体"},
        correct_by=date.fromisoformat(correct_by),
    )


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize(
    ("day", "correct_by", "allowed"),
    [
        ("2027-06-01", "2027-05-31", False),
        ("2027-06-01", "2027-06-01", True),
        ("2027-06-01", "2027-06-19", True),  # the day before the certification day
        ("2027-06-01", "2027-06-20", False),
        ("2027-06-01", "2099-01-01", False),
        ("2027-06-15", "2027-06-29", True),  # the figure's ten working days, which may always be given
        ("2027-06-15", "2027-06-30", False),
    ],
)
def test_a_correction_comes_back_before_the_certification_day(day: str, correct_by: str, allowed: bool) -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    if allowed:
        assert sent_back(application, day, correct_by).correct_by == date.fromisoformat(correct_by)
        return
    with pytest.raises(RuleViolation) as refused:
        sent_back(application, day, correct_by)
    assert (refused.value.field, refused.value.clause) == ("correct_by", "4.2-initial")
    application.refresh_from_db()
    assert (application.state, application.correct_by) == (State.INITIAL_REVIEW, None)


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize(
    ("correct_by", "allowed"), [("2027-06-19", True), ("2027-06-20", False), ("2099-01-01", False)]
)
def test_an_extension_is_bound_by_the_same_day(correct_by: str, allowed: bool) -> None:
    application = sent_back(make.carried_to(State.INITIAL_REVIEW), "2027-06-01", "2027-06-10")
    verdict = can_extend_correction(
        make.acting(make.user(Role.MUNICIPAL), "2027-06-02"), application, date.fromisoformat(correct_by)
    )
    assert (verdict.allowed, "集中认证日是2027年6月20日" in verdict.reason) == (allowed, not allowed)


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize(
    ("day", "correct_by", "allowed"),
    [
        ("2027-06-02", "2027-06-10", False),
        ("2027-06-02", "2027-06-11", True),
        ("2027-06-12", "2027-06-11", False),
        ("2027-06-12", "2027-06-12", True),
    ],
)
def test_an_extension_gives_more_time_from_today_on(day: str, correct_by: str, allowed: bool) -> None:
    application = sent_back(make.carried_to(State.INITIAL_REVIEW), "2027-06-01", "2027-06-10")
    verdict = can_extend_correction(
        make.acting(make.user(Role.MUNICIPAL), day), application, date.fromisoformat(correct_by)
    )
    assert verdict.reason == ("" if allowed else "新的补正截止日应晚于原截止日，且不早于今天。")


@pytest.mark.clause("4.1-via-district", "4.2-initial")
@pytest.mark.parametrize(
    ("state", "day", "opens_on"),
    [
        (State.DISTRICT_RETURNED, "2027-05-13", date(2027, 5, 15)),
        (State.DISTRICT_RETURNED, "2027-05-14", date(2027, 5, 15)),
        (State.DISTRICT_RETURNED, "2027-05-15", None),
        (State.DISTRICT_RETURNED, "2027-05-20", None),
        (State.INITIAL_RETURNED, "2027-06-15", date(2027, 6, 16)),
        (State.INITIAL_RETURNED, "2027-06-16", None),
    ],
)
def test_what_came_back_is_declined_from_the_day_after_its_last_one(
    state: State, day: str, opens_on: date | None
) -> None:
    application = make.carried_to(state)
    decline, person = (
        (can_decline, make.district("210211"))
        if state == State.DISTRICT_RETURNED
        else (can_decline_initial, make.user(Role.MUNICIPAL))
    )
    verdict = decline(make.acting(person, day), application)
    assert (verdict.allowed, verdict.opens_on) == (opens_on is None, opens_on)


@pytest.mark.clause("4.2-initial", "4.2-yearly")
def test_nothing_is_returned_extended_or_widened_once_the_round_has_opened() -> None:
    waiting = make.carried_to(State.INITIAL_REVIEW)
    out = make.carried_to(State.INITIAL_RETURNED, in_call=waiting.call)
    make.carried_to(State.CERTIFICATION, make.municipal_unit(), waiting.call)
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-20")
    assert can_return_initial(officer, waiting)
    assert can_extend_correction(officer, out)
    assert can_widen_correction(officer, out).reason == "补正期已过，请先延长补正期限，再追加补正内容。"

    make.open_round(waiting.call)
    for verdict in (
        can_return_initial(officer, waiting),
        can_extend_correction(officer, out),
        can_extend_correction(officer, out, date(2027, 6, 25)),
        can_widen_correction(officer, out),
    ):
        assert (verdict.allowed, verdict.clause) == (False, "4.2-yearly")
        assert "本年度专家认证已于2027年6月20日开始，这项申报没有进入" in verdict.reason
    assert can_decline_initial(officer, waiting)
