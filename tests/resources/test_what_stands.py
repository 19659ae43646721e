"""What stands on the pages of overseas partners, line by line, for each reader at each stage.

The lines are kept in `pages/`; `tests/plugins/outline.py` says how they are read and written anew.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from haizhi_portal.accounts.models import User
from resources.actions import add_partner, change_partner
from resources.models import Partner
from tests.applications_pages.kit import signed_in
from tests.bases.kit import actor, person, unit
from tests.plugins.outline import assert_answer, assert_each_reads
from tests.resources.test_partners import FACTS, PDF, TYPED

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.2-channels", "5.4.3")]
PAGES = Path(__file__).parent / "pages"
LIST = reverse("resources:list")


def me(n: int = 1) -> User:
    return person("applicant", organisation=unit(n))


def partner(n: int = 1, **changes: Any) -> Partner:
    return add_partner(
        actor=actor(me(n), "2027-05-01"), organisation=unit(n), **{"agreement": None, **FACTS, **changes}
    )


def test_the_register() -> None:
    people = {
        "unit": me(),
        "district": person("district", place="210211"),
        "elsewhere": person("district", place="gaoxin"),
        "municipal": person("municipal"),
        "expert": person("expert"),
    }
    readers = {who: signed_in(each) for who, each in people.items()}
    assert_each_reads(readers, LIST, PAGES / "partners-none")
    signed_in(me()).post(
        reverse("resources:add"), TYPED | {"upload": SimpleUploadedFile("协议.pdf", PDF, "application/pdf")}
    )
    partner(name="釜山科技学会", foreign_name="", country="韩国", until=None)
    partner(2, kind=Partner.PartnerKind.INSTITUTION)
    assert_each_reads(readers, LIST, PAGES / "partners")


def test_writing_it() -> None:
    mine, one = signed_in(me()), partner()
    add = reverse("resources:add")
    edit, remove = (reverse(f"resources:{name}", args=[one.public_id]) for name in ("edit", "remove"))
    for name, address in {"add": add, "edit": edit, "remove": remove}.items():
        assert_each_reads({name: mine}, address, PAGES / "partner")
    backwards = {**TYPED, "until": "2024-12-31", "name": ""}
    assert_answer(mine.post(add, backwards), 422, PAGES / "partner-add-refused.txt")
    assert_answer(mine.post(add, {**TYPED, "until": "2024-12-31"}), 422, PAGES / "partner-add-backwards.txt")
    no_pdf = SimpleUploadedFile("协议.pdf", b"no pdf", "application/pdf")
    assert_answer(mine.post(add, {**TYPED, "upload": no_pdf}), 422, PAGES / "partner-add-no_pdf.txt")
    for version, until in enumerate((date(2028, 1, 1), None), 1):
        changed = FACTS | {"country": "韩国", "foreign_name": "", "until": until}
        change_partner(actor=actor(me(), "2027-05-02"), partner=one, expected_version=version, **changed)
        stale = mine.post(edit, {**TYPED, "country": "德国", "version": "1"})
        assert_answer(stale, 409, PAGES / f"partner-edit-stale_{version}.txt")


def test_from_a_table() -> None:
    mine, address = signed_in(me()), reverse("resources:import")
    good = "示例学会\tExample\t海外科技社团\t新加坡\t2026-01-01\t\t每年互访"
    assert_each_reads({"empty": mine}, address, PAGES / "import")
    for name, rows, status in (
        ("good", [good], 200),
        ("mixed", [good, "另一学会\t\t俱乐部\t日本\t昨天\t\t"], 200),
        ("wrong", ["只有一栏"], 200),
        ("nothing", [], 422),
    ):
        assert_answer(mine.post(address, {"text": "\n".join(rows), "look": "1"}), status, PAGES / f"import-{name}.txt")
