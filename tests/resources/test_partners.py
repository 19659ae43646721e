"""Overseas partners: entered once by the organisation, read by its reviewers, counted on a day."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from haizhi_portal.accounts.models import User
from haizhi_portal.audit.models import Entry
from haizhi_portal.files.models import StoredFile
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from resources.actions import add_partner, change_partner, remove_partner, take_partners
from resources.models import Partner
from resources.queries import in_force_on, of_organisation, visible_to
from tests.bases.kit import actor, person, unit

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Any]

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
FACTS: dict[str, Any] = {
    "name": "北海道科技协会",
    "foreign_name": "Hokkaido Society",
    "kind": "society",
    "country": "日本",
    "since": date(2025, 1, 1),
    "until": date(2027, 12, 31),
    "cooperation": "互派专家",
}
TYPED = FACTS | {"since": "2025-01-01", "until": "2027-12-31"}


def me(n: int = 1) -> User:
    return person("applicant", organisation=unit(n))


def partner(n: int = 1, **changes: Any) -> Partner:
    return add_partner(actor=actor(me(n), "2027-05-01"), organisation=unit(n), agreement=None, **{**FACTS, **changes})


@pytest.mark.clause("3.2-channels", "5.4.3")
@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2027, 12, 31), True),
        (date(2028, 1, 1), False),
    ],
)
def test_a_partnership_holds_from_its_first_day_through_its_last(day: date, holds: bool) -> None:
    one = partner()
    assert in_force_on(unit(), day).filter(pk=one.pk).exists() is holds
    assert one.in_force_on(day) is holds


@pytest.mark.clause("3.2-channels")
def test_an_open_ended_partnership_goes_on_and_a_removed_one_does_not_count() -> None:
    one = partner(until=None)
    assert in_force_on(unit(), date(2099, 1, 1)).exists()
    remove_partner(actor=actor(me(), "2027-05-02"), partner=one)
    assert not in_force_on(unit(), date(2027, 5, 2)).exists()
    assert Partner.objects.filter(pk=one.pk).exists()


@pytest.mark.clause("3.2-channels")
def test_the_days_of_a_partnership_are_in_order() -> None:
    with pytest.raises(RuleViolation, match="不能早于起始日"):
        partner(until=date(2024, 12, 31))


@pytest.mark.clause("3.2-channels")
@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"since": date(1900, 1, 1), "until": date(2100, 12, 31)}, ""),
        ({"since": date(2025, 1, 1), "until": date(2025, 1, 1)}, ""),
        ({"since": date(1899, 12, 31)}, "since"),
        ({"since": date(2101, 1, 1), "until": None}, "since"),
        ({"until": date(2101, 1, 1)}, "until"),
        ({"since": date(2025, 1, 2), "until": date(2025, 1, 1)}, "until"),
    ],
)
def test_the_days_of_a_partnership_can_be_meant(days: dict[str, Any], field: str) -> None:
    if not field:
        assert partner(**days).pk
        return
    with pytest.raises(RuleViolation) as refused:
        partner(**days)
    assert (refused.value.field, refused.value.clause) == (field, "3.2-channels")


@pytest.mark.clause("3.2-channels", "5.4.3")
def test_a_unit_s_partners_are_its_own_and_the_ledger_tells_what_became_of_them() -> None:
    mine, other = partner(1, name="甲会"), partner(2, name="乙会")
    kept = partner(1, name="丙会", until=None)
    day = date(2027, 5, 2)
    assert [list(of_organisation(unit(n))) for n in (1, 2)] == [[kept, mine], [other]]
    assert [list(in_force_on(unit(n), day)) for n in (1, 2)] == [[kept, mine], [other]]
    change_partner(
        actor=actor(me(), day), partner=mine, expected_version=1, **FACTS | {"name": "丁会", "kind": "other"}
    )
    gone = remove_partner(actor=actor(me(), day), partner=mine)
    assert (gone.version, gone.removed_at) == (3, actor(me(), day).now)
    assert list(of_organisation(unit())) == [kept]
    for attempt in (
        lambda: remove_partner(actor=actor(me(), day), partner=mine),
        lambda: change_partner(actor=actor(me(), day), partner=mine, expected_version=3, **FACTS),
    ):
        with pytest.raises(RuleViolation, match="这个伙伴已被移除"):
            attempt()
    entries = Entry.objects.filter(object=f"partner:{mine.public_id}").order_by("seq")
    facts = {"country": "日本", "since": "2025-01-01", "until": "2027-12-31"}
    assert [(each.event, each.clause, each.data) for each in entries] == [
        ("partner.added", "3.2-channels", facts | {"name": "甲会", "kind": "society", "version": 1}),
        ("partner.changed", "3.2-channels", facts | {"name": "丁会", "kind": "other", "version": 2}),
        ("partner.removed", "3.2-channels", facts | {"name": "丁会", "kind": "other", "version": 3}),
    ]
    assert {each.organisation for each in entries} == {unit().credit_code}


@pytest.mark.clause("3.2-channels")
def test_imported_rows_are_taken_once_and_a_wrong_one_is_named() -> None:
    there, days = partner(name="甲会"), {"since": FACTS["since"], "until": None}
    removed = remove_partner(actor=actor(me(), "2027-05-02"), partner=partner(name="乙会"))
    row = FACTS | days | {"name": "甲会"}
    rows = [row, row | {"country": "韩国"}, row | {"since": date(2026, 1, 1)}, row | {"name": "乙会"}, row]
    assert take_partners(actor=actor(me(), "2027-05-03"), organisation=unit(), rows=[*rows, rows[1]]) == 3
    assert Partner.objects.exclude(pk__in=[there.pk, removed.pk]).count() == 3
    assert take_partners(actor=actor(me(2), "2027-05-03"), organisation=unit(2), rows=[row]) == 1
    wrong = [row | {"name": "丙会"}, row | {"name": "丁会", "until": date(2024, 1, 1)}]
    with pytest.raises(RuleViolation, match=r"^第 2 行“丁会”：合作截止日不能早于起始日") as refused:
        take_partners(actor=actor(me(), "2027-05-03"), organisation=unit(), rows=wrong)
    assert (refused.value.field, refused.value.clause) == ("text", "3.2-channels")
    assert not Partner.objects.filter(name__in=["丙会", "丁会"]).exists()
    for stranger in (me(2), person("municipal")):
        with pytest.raises(RuleViolation, match="由本单位自己登记"):
            take_partners(actor=actor(stranger, "2027-05-03"), organisation=unit(), rows=[])


@pytest.mark.clause("5.1-guidance")
@pytest.mark.parametrize("role", ["municipal", "leader", "district", "other"])
def test_nobody_else_writes_the_register(role: str) -> None:
    one = partner()
    other = me(2) if role == "other" else person(role, place="210211" if role == "district" else "")
    for attempt in (
        lambda: add_partner(actor=actor(other, "2027-05-01"), organisation=unit(), **FACTS),
        lambda: change_partner(actor=actor(other, "2027-05-01"), partner=one, expected_version=1, **FACTS),
        lambda: remove_partner(actor=actor(other, "2027-05-01"), partner=one),
    ):
        with pytest.raises(RuleViolation, match="由本单位自己登记"):
            attempt()


def test_two_windows_do_not_overwrite_each_other() -> None:
    one = partner()
    change_partner(actor=actor(me(), "2027-05-02"), partner=one, expected_version=1, **FACTS | {"country": "韩国"})
    with pytest.raises(Conflict):
        change_partner(actor=actor(me(), "2027-05-02"), partner=one, expected_version=1, **FACTS)
    one.refresh_from_db()
    assert (one.country, one.version) == ("韩国", 2)


@pytest.mark.parametrize(
    ("role", "place", "sees"),
    [
        ("municipal", "", 2),
        ("leader", "", 2),
        ("auditor", "", 2),
        ("district", "210211", 1),
        ("district", "gaoxin", 0),
        ("expert", "", 0),
        ("admin", "", 0),
    ],
)
def test_who_sees_which_partners(role: str, place: str, sees: int) -> None:
    unit(2, "210202")
    partner(1)
    partner(2)
    assert visible_to(person(role, place=place)).count() == sees
    assert list(visible_to(me(1))) == list(unit(1).partners.all())


@pytest.mark.clause("3.2-channels")
def test_a_partner_is_added_changed_and_removed_on_pages(client_for: SignIn) -> None:
    mine = client_for(me())
    assert "还没有登记海外合作伙伴" in mine.get(reverse("resources:list")).text
    assert mine.get(reverse("resources:add")).status_code == 200
    upload = SimpleUploadedFile("协议.pdf", PDF, "application/pdf")
    assert mine.post(reverse("resources:add"), TYPED | {"upload": upload}).status_code == 302
    one = Partner.objects.get()
    assert one.agreement.name == "协议.pdf"
    answer = mine.get(reverse("resources:agreement", args=[one.public_id]))
    assert b"".join(answer.streaming_content) == PDF
    edit = reverse("resources:edit", args=[one.public_id])
    assert mine.get(edit).status_code == 200
    assert mine.post(edit, TYPED | {"country": "韩国", "version": "1"}).status_code == 302
    stale = mine.post(edit, TYPED | {"country": "德国", "version": "1"})
    assert stale.status_code == 409
    assert "韩国" in stale.text
    assert "德国" in stale.text
    one.refresh_from_db()
    assert (one.country, one.agreement.name) == ("韩国", "协议.pdf")
    remove = reverse("resources:remove", args=[one.public_id])
    assert mine.get(remove).status_code == 200
    assert mine.post(remove).status_code == 302
    assert mine.get(edit).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "中文名称"),
        ({"until": "2024-12-31"}, "不能早于起始日"),
        ({"since": "今天"}, "合作起始"),
        ({"since": "1899-12-31"}, "请核对年份"),
        ({"until": "2101-01-01"}, "请核对年份"),
        ({"kind": "club"}, "类型"),
        ({"upload": SimpleUploadedFile("协议.pdf", b"MZ\x90\x00program", "application/pdf")}, "协议.pdf"),
        ({"upload": SimpleUploadedFile("协议.pdf", b"", "application/pdf")}, "合作协议"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(
    change: dict[str, Any], words: str, client_for: SignIn
) -> None:
    response = client_for(me()).post(reverse("resources:add"), TYPED | change)
    assert response.status_code == 422
    assert words in response.text
    assert "互派专家" in response.text
    assert not Partner.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("place", ["other", "gaoxin", "expert"])
def test_anothers_agreement_is_not_there(place: str, client_for: SignIn) -> None:
    one = partner()
    visitor = client_for({"other": lambda: me(2), "expert": lambda: person("expert")}.get(place, _zone)())
    for name in ("agreement", "edit", "remove"):
        assert visitor.get(reverse(f"resources:{name}", args=[one.public_id])).status_code in (403, 404)


def _zone() -> User:
    return person("district", place="gaoxin")


def test_a_stranger_sees_no_partner() -> None:
    partner()
    assert not visible_to(AnonymousUser()).exists()


@pytest.mark.clause("3.2-channels")
def test_a_change_keeps_the_agreement_or_takes_the_new_one_and_its_days_are_in_order(client_for: SignIn) -> None:
    one = partner()
    edit = reverse("resources:edit", args=[one.public_id])
    mine = client_for(me())
    for number, name in enumerate(("协议一.pdf", "", "协议二.pdf"), start=1):
        sent = {"upload": SimpleUploadedFile(name, PDF, "application/pdf")} if name else {}
        assert mine.post(edit, TYPED | {"version": str(number), **sent}).status_code == 302
        one.refresh_from_db()
        assert one.agreement is not None
        assert (one.agreement.name, one.version) == (name or "协议一.pdf", number + 1)
    assert mine.post(edit, TYPED).status_code == 409
    with pytest.raises(RuleViolation, match="不能早于起始日"):
        change_partner(
            actor=actor(me(), "2027-05-02"),
            partner=one,
            expected_version=4,
            **FACTS | {"until": date(2024, 12, 31)},
        )
    remove_partner(actor=actor(me(), "2027-05-02"), partner=one)
    one.refresh_from_db()
    assert one.version == 5


@pytest.mark.clause("3.2-channels")
def test_an_import_takes_what_is_good_leaves_the_rest_and_says_what_is_refused(client_for: SignIn) -> None:
    mine, address, kind = client_for(me()), reverse("resources:import"), str(Partner.PartnerKind.SOCIETY.label)
    good, bad = f"甲会\t\t{kind}\t日本\t2026-01-01\t2026-12-31\t互访", "乙会\t\t不认识\t日本\t2026-01-01\t\t互访"
    assert (mine.get(address).status_code, mine.post(address, {"text": "", "look": "1"}).status_code) == (200, 422)
    looked = mine.post(address, {"text": f"{good}\n{bad}", "look": "1"})
    assert (looked.status_code, Partner.objects.count()) == (200, 0)
    taken = mine.post(address, {"good": good, "text": bad, "take": "1"})
    assert (taken.status_code, taken.context["step"].ready, taken.context["violation"]) == (200, [], None)
    assert "登记了 1 个海外合作伙伴。" in taken.text
    assert "乙会" in taken.text
    assert list(Partner.objects.values_list("name", "until")) == [("甲会", date(2026, 12, 31))]
    wrong = good.replace("甲会", "丙会").replace("2026-12-31", "2025-12-31")
    refused = mine.post(address, {"good": wrong, "take": "1"})
    assert (refused.status_code, refused.context["violation"].field) == (422, "text")
    whole = mine.post(address, {"good": good.replace("甲会", "丁会"), "take": "1"})
    assert (whole.status_code, whole["Location"]) == (302, reverse("resources:list"))
    assert sorted(Partner.objects.values_list("name", flat=True)) == sorted(["甲会", "丁会"])


def test_a_partner_without_an_agreement_has_none_to_download(client_for: SignIn) -> None:
    assert client_for(me()).get(reverse("resources:agreement", args=[partner().public_id])).status_code == 404


@pytest.mark.parametrize("next_page", ["", "https://evil.example/", "//evil.example/", "evil"])
def test_after_entering_one_goes_back_inside_the_portal(next_page: str, client_for: SignIn) -> None:
    mine = client_for(me())
    answer = mine.post(f"{reverse('resources:add')}?next={next_page}", TYPED)
    assert (answer.status_code, answer["Location"]) == (302, reverse("resources:list"))
    answer = mine.post(f"{reverse('resources:add')}?next=/home/", TYPED)
    assert answer["Location"] == "/home/"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_register_takes_the_same_queries_whatever_its_length(
    client_for: SignIn, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        partner(name=f"第 {number} 会")
    visitor = client_for(person("municipal"))
    # Session, user, unread messages, the session kept in three; then count and page.
    with django_assert_num_queries(8):
        page = visitor.get(reverse("resources:list"))
    assert len(page.context["page_obj"]) == rows
