"""Who may see which application, upload and version: one filter, asked for every role and state."""

import pytest
from django.contrib.auth.models import AnonymousUser

from applications.actions import certification, draft, pre_review, submission
from applications.models import Application, Assignment, Material
from applications.queries import (
    assignments_visible_to,
    decision_lists_visible_to,
    materials_visible_to,
    readable_by,
    submissions_visible_to,
    visible_to,
)
from applications.rules import can_download, can_open_file, can_unmask, missed_round
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.1-guidance", "4.1-via-district")]
State = Application.State

PLACES = ("210211", "210202")
STAFF = (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)


@pytest.mark.parametrize("state", State)
def test_who_sees_an_application_in_each_state(state: State) -> None:
    application = make.carried_to(state)
    everybody = {
        "own": make.applicant_of(application.organisation),
        "another unit": make.applicant_of(make.municipal_unit()),
        "district": make.district("210211"),
        "another district": make.district("gaoxin"),
        "stranger": AnonymousUser(),
        "uninvited expert": make.expert(9),
        **{role.value: make.user(role) for role in (*STAFF, Role.ADMIN)},
    }
    seeing = {"own"} if state == State.DRAFT else {"own", "district", *(role.value for role in STAFF)}
    for rows in (visible_to, readable_by):
        found = {name for name, person in everybody.items() if rows(person).exists()}
        assert found == seeing
    for rows in (materials_visible_to, submissions_visible_to):
        found = {name for name, person in everybody.items() if rows(person).exists()}
        assert found == (seeing if state != State.DRAFT or rows is materials_visible_to else set())


def test_a_closed_account_sees_nothing() -> None:
    make.carried_to(State.INITIAL_REVIEW)
    officer = make.user(Role.MUNICIPAL)
    officer.is_active = False
    assert not visible_to(officer).exists()
    assert not assignments_visible_to(officer).exists()


def test_who_handed_on_reads_neither_content_nor_uploads() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    first = make.district("210211")
    pre_review.hand_on(
        actor=make.acting(first, "2027-05-01"), application=application, route="gaoxin", reason="在高新区"
    )
    assert [each.own_act_only for each in visible_to(first)] == [True]
    readers = [make.applicant_of(application.organisation), make.district("gaoxin"), *map(make.user, STAFF)]
    assert [[each.own_act_only for each in visible_to(reader)] for reader in readers] == [[False]] * 5
    for rows in (readable_by, materials_visible_to, submissions_visible_to):
        assert not rows(first).exists()
        assert rows(make.district("gaoxin")).exists()


def test_who_handed_one_on_sees_that_one_and_no_other_of_the_new_place() -> None:
    handed, other = (make.carried_to(State.DISTRICT_REVIEW, make.organisation(place=place)) for place in PLACES)
    first, second = (make.district(place) for place in PLACES)
    pre_review.hand_on(actor=make.acting(first, "2027-05-01"), application=handed, route=PLACES[1], reason="迁往中山区")
    assert list(visible_to(first)) == [handed]
    assert set(visible_to(second)) == {handed, other}
    assert list(visible_to(make.district("gaoxin"))) == []


@pytest.mark.clause("4.2-experts")
def test_an_expert_sees_what_is_asked_of_that_expert_and_of_no_other() -> None:
    call = make.call()
    undeclared, mine, declined, taken, another_s = (
        make.carried_to(State.CERTIFICATION, make.organisation(), call) for _each in range(5)
    )
    make.open_round(call)
    make.assign(undeclared, 1)
    make.assign(mine, 1, declared=False)
    make.assign(declined, 1, declared=True)
    released = make.assign(taken, 1, declared=False)
    make.assign(another_s, 2, declared=False)
    assert set(visible_to(make.expert(1))) == {mine, taken}
    make.certification.release(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-20"), assignment=released, reason="另有安排"
    )
    assert list(visible_to(make.expert(1))) == [mine]
    assert list(visible_to(make.expert(2))) == [another_s]


@pytest.mark.clause("4.2-yearly")
@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize("how", ["set aside", "withdrawn"])
def test_what_is_out_of_the_round_is_closed_to_its_experts(how: str) -> None:
    out, kept = (make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _each in range(2))
    make.open_round(out.call)
    task = make.assign(out, 1, declared=False)
    make.assign(kept, 1, declared=False)
    expert = task.expert
    assert {row.pk for row in visible_to(expert)} == {out.pk, kept.pk}
    if how == "set aside":
        office = make.acting(make.user(Role.MUNICIPAL), "2027-06-20")
        certification.set_aside(actor=office, application=out, reason="专家均须回避")
    else:
        unit = make.acting(make.applicant_of(out.organisation), "2027-06-20")
        submission.withdraw(actor=unit, application=out, reason="计划有变")
    for rows in (visible_to, readable_by):
        assert {row.pk for row in rows(expert)} == {kept.pk}
    for rows in (materials_visible_to, submissions_visible_to):
        assert {row.application_id for row in rows(expert)} == {kept.pk}
    assert not can_open_file(make.acting(expert, "2027-06-20"), Assignment.objects.get(pk=task.pk))


def test_what_missed_the_round_is_marked_as_the_rule_says() -> None:
    call, next_call = make.call(2027), make.call(2028)
    rows = {
        "in the round": make.carried_to(State.CERTIFICATION, make.organisation(), call),
        "late": make.carried_to(State.INITIAL_REVIEW, make.organisation(), call),
        "withdrawn": make.carried_to(State.WITHDRAWN, make.organisation(), call),
        "next year's": make.carried_to(State.CERTIFICATION, make.organisation(), next_call),
    }
    officer = make.user(Role.MUNICIPAL)

    def missed() -> list[str]:
        marked = {row.pk for row in visible_to(officer) if row.missed}
        by_rule = [name for name, row in rows.items() if missed_round(Application.objects.get(pk=row.pk))]
        assert [name for name, row in rows.items() if row.pk in marked] == by_rule
        return by_rule

    assert missed() == []
    make.open_round(call)
    assert missed() == ["late"]


def test_a_reviewer_sees_the_uploads_of_submitted_versions_and_not_the_unit_s_attempts() -> None:
    application = make.send_back(make.carried_to(State.DISTRICT_REVIEW), sections={"materials": "请换一份。"})
    reviewer, owner = make.district("210211"), make.applicant_of(application.organisation)
    submitted = set(materials_visible_to(reviewer))
    actor = make.acting(owner, make.at("2027-05-02"))
    old = application.materials.get(kind="base_plan")
    draft.remove_material(actor=actor, material=old)
    new = draft.add_material(
        actor=actor, application=application, kind="base_plan", upload=make.upload(), stamped=False
    )
    assert set(materials_visible_to(reviewer)) == submitted
    assert set(materials_visible_to(owner)) == submitted | {new}
    make.submit(application, "2027-05-03")
    assert set(materials_visible_to(reviewer)) == submitted | {new}


def test_a_reviewer_sees_an_upload_if_a_version_went_out_while_it_was_there() -> None:
    """Added at the instant of a submission it belongs to it; taken away at that instant it does not."""
    other = make.application_ready()
    application = make.application_ready()
    owner = make.applicant_of(application.organisation)

    def add(day: str, hour: int) -> Material:
        actor = make.acting(owner, make.at(day, hour))
        return draft.add_material(
            actor=actor, application=application, kind="overseas_contacts", upload=make.upload(), stamped=False
        )

    def remove(material: Material, day: str, hour: int) -> None:
        draft.remove_material(actor=make.acting(owner, make.at(day, hour)), material=material)

    before = add("2027-03-02", 8)
    make.submit(other, "2027-03-02")
    remove(before, "2027-03-02", 12)
    at_once, fleeting = add("2027-03-15", 10), add("2027-03-14", 10)
    remove(fleeting, "2027-03-15", 10)
    make.submit(application, "2027-03-15")
    reviewer = make.district("210211")
    assert at_once in materials_visible_to(reviewer)
    for each in (other, application):
        each.refresh_from_db()
    other = make.send_back(other, "2027-05-01", sections={"materials": "请换。"})
    application = make.send_back(application, "2027-05-01", sections={"materials": "请换。"})
    after = add("2027-05-02", 8)
    make.submit(other, "2027-05-02")
    assert after not in materials_visible_to(reviewer)
    remove(after, "2027-05-02", 12)
    late = add("2027-05-03", 9)
    remove(at_once, "2027-05-03", 9)
    remove(late, "2027-05-04", 10)
    make.submit(application, "2027-05-04")
    seen = set(materials_visible_to(reviewer))
    assert {each for each in (before, at_once, fleeting, after, late) if each in seen} == {at_once}
    assert {before, at_once, fleeting, after, late} <= set(materials_visible_to(owner))


@pytest.mark.parametrize("role", Role)
def test_lists_are_the_municipal_cast_s_own(role: Role) -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.round_of(application.call)
    make.prepared_list(application.call, [application])
    person = {
        Role.APPLICANT: lambda: make.applicant_of(application.organisation),
        Role.DISTRICT: lambda: make.district("210211"),
        Role.EXPERT: lambda: make.expert(1),
    }.get(role, lambda: make.user(role))()
    assert decision_lists_visible_to(person).exists() is (role in STAFF)
    assert assignments_visible_to(person).count() == (3 if role in STAFF else 1 if role == Role.EXPERT else 0)


@pytest.mark.clause("4.1-materials")
def test_who_sees_an_identity_paper_as_it_is_and_who_keeps_a_file() -> None:
    by_district, direct = (
        make.carried_to(State.DISTRICT_REVIEW),
        make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()),
    )
    not_theirs, not_the_unit_s = "这项申报不在您的办理范围内。", "这份证件不属于贵单位。"
    masked = "证件原件只供申报单位和审核人员查看，其他人员只看遮挡后的页面。"

    def answers(application: Application) -> dict[str, tuple[str, str, str]]:
        paper = application.materials.get(kind=Material.MaterialKind.REPRESENTATIVE_ID)
        plan = application.materials.get(kind=Material.MaterialKind.BASE_PLAN)
        readers = {
            "own": make.applicant_of(application.organisation),
            "another unit": make.applicant_of(make.organisation()),
            "district": make.district("210211"),
            "another district": make.district("210202"),
            **{role.value: make.user(role) for role in (*STAFF, Role.ADMIN)},
            "expert": make.expert(),
        }
        found = {}
        for name, reader in readers.items():
            actor = make.acting(reader, "2027-05-05")
            found[name] = (
                can_unmask(actor, paper).reason,
                *(can_download(actor, each).reason for each in (paper, plan)),
            )
        return found

    kept = "身份证件不提供下载，只能在线查看。"
    expected = {
        "own": ("", "", ""),
        "another unit": (not_the_unit_s, "", ""),
        "district": ("", kept, ""),
        "another district": (not_theirs, kept, ""),
        "municipal": ("", kept, ""),
        "leader": (masked, kept, ""),
        "auditor": (masked, kept, ""),
        "admin": (masked, kept, ""),
        "expert": (masked, kept, ""),
    }
    assert answers(by_district) == expected
    assert answers(direct) == expected | {"district": (not_theirs, kept, "")}
