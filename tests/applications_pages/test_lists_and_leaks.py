"""Lists with their exact number of queries, and everything that could leak from one reader to another."""

from collections.abc import Callable

import pytest

from applications.models import Application, Material
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import State, applicant, on, queries, signed_in, text, url
from tests.plugins.pages import StrictClient

pytestmark = pytest.mark.django_db

SECRET = "内部推荐意见四个字"


@pytest.mark.parametrize("role", [Role.MUNICIPAL, Role.LEADER, Role.AUDITOR, Role.DISTRICT])
def test_the_list_takes_the_same_queries_at_one_and_three_rows(role: Role) -> None:
    person = make.district("210211") if role == Role.DISTRICT else make.user(role)
    make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-05-05"):
        client = signed_in(person)
        before = queries(client, url("list"))
    make.carried_to(State.DISTRICT_REVIEW)
    make.carried_to(State.INITIAL_REVIEW)
    with on("2027-05-05"):
        client = signed_in(person)
        assert queries(client, url("list")) == before
        assert text(client.get(url("list"))).count("<tr>") == 4


def test_the_applicants_list_takes_the_same_queries_whatever_its_length() -> None:
    owner = make.organisation()
    make.call(2027)
    counts = []
    for year in (2024, 2025, 2026):
        make.carried_to(State.WITHDRAWN, owner, make.call(year))
        with on("2027-03-25"):
            counts.append(queries(signed_in(make.applicant_of(owner)), url("list")))
    assert counts[0] == counts[2]


def test_the_calls_page_takes_the_same_queries_at_one_and_three_rows() -> None:
    make.call(2025)
    with on("2027-03-25"):
        client = signed_in(make.user(Role.MUNICIPAL))
        before = queries(client, url("calls"))
        make.call(2026)
        make.call(2027)
        assert queries(client, url("calls")) == before


def test_search_filters_and_order_stand_in_the_address() -> None:
    first, second = make.carried_to(State.DISTRICT_REVIEW), make.carried_to(State.INITIAL_REVIEW)
    with on("2027-05-05"):
        client = signed_in(make.user(Role.MUNICIPAL))
        for asked, found in (
            ({"q": second.number}, [second]),
            ({"q": first.organisation.name}, [first]),
            ({"state": "initial_review"}, [second]),
            ({"year": "2027", "route": "210211", "sort": "number"}, [first, second]),
            ({"sort": "-number"}, [second, first]),
            ({"state": "no-such-state", "q": "\x00"}, [first, second]),
            ({"q": "没有这家"}, []),
        ):
            rows = client.get(url("list"), asked)
            numbers = [row.number for row in rows.context["page_obj"].object_list]
            assert sorted(numbers) == sorted(row.number for row in found)
            if "sort" in asked:
                assert numbers == [row.number for row in found]
        assert "没有符合条件的申报" in text(client.get(url("list"), {"q": "没有这家"}))
        assert client.get(url("list"), {"page": "999"}).status_code == 200


def test_long_lists_are_paged_and_keep_their_filters() -> None:
    call, owner = make.call(), make.organisation()
    row = make.carried_to(State.WITHDRAWN, owner, call)
    for number in range(2, 45):
        row.pk, row.number = None, f"2027-{number:04d}"
        row.save()
    with on("2027-05-05"):
        page = signed_in(make.user(Role.MUNICIPAL)).get(url("list"), {"year": "2027", "page": "2"})
    assert len(page.context["page_obj"].object_list) == 20
    assert "?year=2027&amp;page=3" in text(page)


# Who may enter ------------------------------------------------------------------------------------------------------

PAGES: dict[str, set[str]] = {
    "start": {"applicant"},
    "calls": {"municipal", "leader", "auditor"},
    "call_new": {"municipal"},
    "paper": {"municipal"},
    "assignments": {"expert"},
}


def person_of(role: str) -> User:
    if role == "applicant":
        return make.applicant_of(make.organisation(place="210202"))
    return make.district("210202") if role == "district" else make.user(role)


@pytest.mark.parametrize("role", ["applicant", "district", "municipal", "leader", "expert", "admin", "auditor"])
def test_each_page_is_open_to_its_roles_and_to_nobody_else(role: str) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    number, year = application.number, application.call.year
    expected = {(name, ()): 200 if role in roles else 403 for name, roles in PAGES.items()}
    # Whoever may enter at all but has no part in this application meets a 404.
    office = {"municipal", "leader", "auditor"}
    reading = {"applicant": 404, "district": 404} | dict.fromkeys(office, 200)
    for name in ("detail", "version", "print"):
        ok = 202 if name == "print" else 200
        expected[name, (number, 1) if name == "version" else (number,)] = {200: ok}.get(
            reading.get(role, 403), reading.get(role, 403)
        )
    for name in ("section", "material_add", "submit", "withdraw"):
        extra = {"section": ("plan",), "material_add": ("base_plan",)}.get(name, ())
        expected[name, (number, *extra)] = 404 if role == "applicant" else 403
    for name in ("review", "route", "extend"):
        expected[name, (number,)] = {"municipal": 200, "district": 404}.get(role, 403)
    expected["paper_receive", (number,)] = 200 if role == "municipal" else 403
    expected["call", (year,)] = 200 if role in office else 403
    for name in ("round", "decision"):
        expected[name, (year,)] = 200 if role in {"municipal", "leader"} else 403
    with on("2027-05-05"):
        client = signed_in(person_of(role))
        found = {key: client.get(url(key[0], *key[1])).status_code for key in expected}
    assert found == expected


def test_strangers_are_sent_to_sign_in() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    file = Material.objects.first()
    assert file is not None
    client = StrictClient()
    for address in (url("list"), url("detail", application.number), url("material_file", file.file.public_id)):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer.url


# Leaks --------------------------------------------------------------------------------------------------------------


def other_district(_application: Application) -> User:
    return make.district("210202")


def other_unit(_application: Application) -> User:
    return make.applicant_of(make.organisation(place="210211"))


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize("stranger", [other_district, other_unit])
def test_another_district_or_unit_learns_nothing(stranger: Callable[[Application], User]) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    file = application.materials.first()
    assert file is not None
    with on("2027-05-05"):
        client = signed_in(stranger(application))
        shown = text(client.get(url("list")))
        assert application.number not in shown
        assert application.organisation.name not in shown
        searched = text(client.get(url("list"), {"q": application.organisation.name}))
        assert application.number not in searched
        for address in (
            url("detail", application.number),
            url("version", application.number, 1),
            url("print", application.number),
            url("material_file", file.file.public_id),
            url("detail", "2027-9999"),
            url("material_file", "ABCDEFGHJKMN"),
        ):
            assert client.get(address).status_code == 404


def test_a_draft_is_seen_by_its_own_unit_alone() -> None:
    draft = make.application_ready()
    file = draft.materials.first()
    assert file is not None
    with on("2027-03-10"):
        for person in (make.user(Role.MUNICIPAL), make.user(Role.LEADER), make.district("210211")):
            client = signed_in(person)
            assert client.get(url("detail", draft.number)).status_code == 404
            assert client.get(url("material_file", file.file.public_id)).status_code == 404
            assert draft.number not in text(client.get(url("list")))
        assert signed_in(applicant(draft)).get(url("material_file", file.file.public_id)).status_code == 200


def test_a_new_upload_of_a_correction_waits_for_its_version() -> None:
    back = make.send_back(make.carried_to(State.DISTRICT_REVIEW), sections={"materials": "请换一份。"})
    added = make.draft.add_material(
        actor=make.acting(applicant(back), "2027-05-03"),
        application=back,
        kind=Material.MaterialKind.BASE_PLAN,
        upload=make.upload("新计划.pdf"),
        stamped=False,
    )
    address = url("material_file", added.file.public_id)
    with on("2027-05-03"):
        client = signed_in(make.district("210211"))
        assert client.get(address).status_code == 404
        assert "新计划.pdf" not in text(client.get(url("detail", back.number)))
    make.submit(back, "2027-05-04")
    with on("2027-05-05"):
        assert signed_in(make.district("210211")).get(address).status_code == 200


def test_opinions_between_reviewers_do_not_reach_the_applicant() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    make.pre_review.endorse(
        actor=make.acting(make.district("210211"), "2027-05-01"),
        application=application,
        opinion=SECRET,
        checks=make.all_checked(),
    )
    make.initial_review.pass_initial(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-01"),
        application=application,
        opinion="初审内部意见一句",
        checks=make.all_checked(),
    )
    addresses = [url("detail", application.number), url("version", application.number, 1), url("list")]
    with on("2027-06-05"):
        unit, place = signed_in(applicant(application)), signed_in(make.district("210211"))
        for address in addresses:
            assert SECRET not in text(unit.get(address))
            assert "初审内部意见一句" not in text(unit.get(address))
            assert "初审内部意见一句" not in text(place.get(address))
        assert SECRET in text(place.get(addresses[0]))


def test_scores_and_experts_do_not_reach_the_applicant() -> None:
    application = make.carried_to(State.LICENSED)
    with on("2027-07-01"):
        shown = text(signed_in(applicant(application)).get(url("detail", application.number)))
    assert "80.00" not in shown
    assert "方案可行" not in shown
    assert make.expert(1).name not in shown


@pytest.mark.parametrize("state", [state for state in State if state != State.LAPSED] + [State.LAPSED])
def test_the_page_of_every_state_opens_for_everybody_concerned(state: State) -> None:
    application = make.carried_to(state)
    people = [applicant(application)]
    if state != State.DRAFT:
        people += [make.district("210211"), make.user(Role.MUNICIPAL), make.user(Role.LEADER), make.user(Role.AUDITOR)]
    with on("2027-07-01"):
        for person in people:
            shown = signed_in(person).get(url("detail", application.number))
            assert shown.status_code == 200
            assert application.organisation.name in text(shown)


@pytest.mark.clause("4.1-paper")
def test_the_printed_form_is_the_workers_file(django_capture_on_commit_callbacks: Callable[..., object]) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-05-05"):
        client = signed_in(applicant(application))
        waiting = client.get(url("print", application.number))
        assert waiting.status_code == 202
        assert "正在制作" in text(waiting)
