"""What people get wrong or try on: each gets a clear page that says what to do; nothing typed is lost."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse

from applications.models import Application, Assignment
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.identifiers import synthetic_credit_code
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.plugins.pages import StrictClient

pytestmark = pytest.mark.django_db

TODAY = "2027-03-15"
CODE = synthetic_credit_code("91210200", Random(5))


@pytest.fixture(autouse=True)
def _on_a_day_of_the_call() -> Any:
    with time_machine.travel(make.at(TODAY), tick=False):
        yield


def text(response: Any) -> str:
    found: str = response.content.decode()
    return found


def address(name: str, *arguments: Any) -> str:
    return reverse(f"applications:{name}", args=arguments)


# Registration ---------------------------------------------------------------------------------------------------------

UNIT = {
    "kind": "enterprise",
    "level": "none",
    "in_dalian": "yes",
    "is_branch": "no",
    "jurisdiction": "210211",
    "credit_code": CODE,
    "name": "大连示例装备有限公司",
    "legal_representative": "林示例",
    "address": "示例路 9 号",
    "person_name": "陈示例",
    "mobile": "13900000009",
    "email": "chen@example.org",
    "username": "newcomer",
    "password": "a-test-pass-phrase",
    "password_again": "a-test-pass-phrase",
}
TYPED = ("大连示例装备有限公司", "林示例", "示例路 9 号", "陈示例", "13900000009", "chen@example.org", "newcomer")

UNFIT: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "a code too short": ({"credit_code": CODE[:4]}, ("18 位", "现填了 4 位")),
    "a wrong check digit": ({"credit_code": CODE[:-1] + ("0" if CODE[-1] != "0" else "1")}, ("校验码不符",)),
    "a letter no code has": ({"credit_code": CODE[:9] + "I" + CODE[10:]}, ("第 10 位“I”", "是否应为 1")),
    "a branch": ({"is_branch": "yes"}, ("分支机构不具有独立法人资格", "由其所属的法人单位申报")),
    "an individual business": ({"credit_code": "92210200MA0XXXXX00"}, ("个体工商户", "登记为企业法人后可用新代码申报")),
    "a unit outside Dalian": ({"in_dalian": "no"}, ("只有在大连市内的单位可以申报", "子公司")),
    "a district's society": ({"kind": "society", "level": "district"}, ("只有市级的可以申报", "市属")),
    "a national society": ({"kind": "society", "level": "central"}, ("只有市级的可以申报",)),
    "a private society": ({"kind": "society", "level": "none"}, ("只有市级的可以申报",)),
    "no place": ({"jurisdiction": ""}, ("区（市、县）",)),
    "an e-mail address that is none": ({"email": "chen(at)example"}, ("电子邮箱",)),
    "a mobile number that is none": ({"mobile": "12345"}, ("手机",)),
    "two passwords": ({"password_again": "another-pass-phrase"}, ("密码",)),
}


@pytest.mark.clause("3.1-applicant", "3.1-kinds")
@pytest.mark.parametrize(("changed", "words"), UNFIT.values(), ids=UNFIT)
def test_a_unit_that_may_not_register(changed: dict[str, str], words: tuple[str, ...], client: StrictClient) -> None:
    answer = client.post(reverse("accounts:register"), UNIT | changed)
    shown = text(answer)
    assert answer.status_code == 422
    assert not User.objects.filter(username="newcomer").exists()
    assert 'role="alert"' in shown
    assert [each for each in words if each not in shown] == []
    kept = [each for each in TYPED if each not in {UNIT[key] for key in changed}]
    assert [each for each in kept if f'value="{each}"' not in shown] == []
    assert [each for each in changed.values() if each not in ("", "another-pass-phrase") and each not in shown] == []
    assert "a-test-pass-phrase" not in shown


@pytest.mark.clause("3.1-applicant")
def test_a_unit_registers_once(client: StrictClient) -> None:
    make.organisation(code=CODE)
    answer = client.post(reverse("accounts:register"), UNIT)
    assert answer.status_code in (409, 422)
    assert "已经注册" in text(answer) or "已注册" in text(answer)
    assert 'value="陈示例"' in text(answer)


# Uploads --------------------------------------------------------------------------------------------------------------


class Huge(io.RawIOBase):
    """So many bytes that are never all in memory."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        taken = min(self.left, 65536 if size < 0 else size)
        self.left -= taken
        return b"%PDF" + b" " * (taken - 4) if taken >= 4 else b" " * taken


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("run.exe", b"MZ")
    return buffer.getvalue()


UPLOADS: dict[str, tuple[Callable[[], UploadedFile], str, tuple[str, ...]]] = {
    "a program renamed": (
        lambda: make.upload("计划书.pdf", b"MZ\x90\x00" + b"\0" * 200),
        "base_plan",
        ("Windows 程序",),
    ),
    "a script renamed": (lambda: make.upload("计划书.pdf", b"#!/bin/sh\nrm -rf /\n"), "base_plan", ("脚本程序",)),
    "a web page renamed": (lambda: make.upload("计划书.pdf", b"<html><script>1</script>"), "base_plan", ("网页",)),
    "an archive as a document": (lambda: make.upload("计划书.docx", _zip()), "base_plan", ("DOCX",)),
    "an empty file": (lambda: make.upload("计划书.pdf", b""), "base_plan", ("文件是空的",)),
    "half a document": (lambda: make.upload("计划书.pdf", make.pdf()[:100]), "base_plan", ("损坏", "重新导出")),
    "a document as a picture": (lambda: make.upload("执照.jpg"), "legal_certificate", ("扩展名",)),
    "a kind not asked for": (lambda: make.upload("执照.docx", _zip()), "legal_certificate", ("PDF",)),
    "no name": (lambda: make.upload("../../.pdf", b"MZ"), "base_plan", ("程序",)),
}


@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize(("upload", "kind", "words"), UPLOADS.values(), ids=UPLOADS)
def test_a_file_that_is_not_taken(
    upload: Callable[[], UploadedFile], kind: str, words: tuple[str, ...], client_for: Any
) -> None:
    application = make.application_begun(on=TODAY)
    client = client_for(make.applicant_of(application.organisation))
    answer = client.post(address("material_add", application.number, kind), {"file": upload(), "stamped": "on"})
    shown = text(answer)
    assert answer.status_code == 422
    assert [each for each in words if each not in shown] == []
    assert "重新选择" in shown
    assert "checked" in shown
    assert not application.materials.exists()


@pytest.mark.clause("4.1-materials")
def test_a_file_of_200_megabytes(client_for: Any) -> None:
    application = make.application_begun(on=TODAY)
    client = client_for(make.applicant_of(application.organisation))
    boundary = "a-boundary"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="stamped"\r\n\r\non\r\n--{boundary}\r\n'
        'Content-Disposition: form-data; name="file"; filename="scan.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()
    size = 200 * 1024 * 1024
    body = _Chained(io.BytesIO(head), Huge(size), io.BytesIO(tail))
    answer = client.request(
        REQUEST_METHOD="POST",
        PATH_INFO=address("material_add", application.number, "base_plan"),
        CONTENT_TYPE=f"multipart/form-data; boundary={boundary}",
        CONTENT_LENGTH=str(len(head) + size + len(tail)),
        **{"wsgi.input": body},
    )
    assert answer.status_code == 422
    assert "超过 20 MB，没有保存" in text(answer)
    assert "checked" in text(answer)
    assert not application.materials.exists()


class _Chained(io.RawIOBase):
    """Several bodies read one after the other."""

    def __init__(self, *parts: Any) -> None:
        self.parts = list(parts)

    def read(self, size: int = -1) -> bytes:
        while self.parts:
            if found := bytes(self.parts[0].read(size)):
                return found
            self.parts.pop(0)
        return b""


# Too late, twice ------------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.1-annual")
@pytest.mark.parametrize(("second", "status"), [(-1, 302), (0, 422), (1, 422)])
def test_the_last_second_of_the_call(second: int, status: int, client_for: Any) -> None:
    application = make.application_ready(on=TODAY)
    end = make.at(application.call.applicants_close_on + timedelta(days=1), 0)
    with time_machine.travel(end + timedelta(seconds=second), tick=False):
        client = client_for(make.applicant_of(application.organisation))
        answer = client.post(address("submit", application.number))
    application.refresh_from_db()
    assert answer.status_code == status
    assert (application.state == Application.State.DRAFT) is (status == 422)
    if status == 422:
        assert "2027年4月30日" in text(answer)
        assert "下一年度" in text(answer)
        assert "按实际情况填写的说明。" in text(answer)


@pytest.mark.clause("3.1-applicant")
def test_a_second_application(client_for: Any) -> None:
    application = make.application_ready(on=TODAY)
    client = client_for(make.applicant_of(application.organisation))
    assert client.post(address("submit", application.number)).status_code == 302
    answer = client.post(address("start"))
    assert answer.status_code in (409, 422)
    assert application.number in text(answer) or "在办" in text(answer)
    assert Application.objects.count() == 1
    assert client.post(address("submit", application.number)).status_code in (409, 422)


# What is not theirs ---------------------------------------------------------------------------------------------------


def _pages_of(application: Application) -> list[str]:
    number = application.number
    return [
        address("detail", number),
        address("version", number, 1),
        address("print", number),
        *(address("material_file", each.file.public_id) for each in application.materials.select_related("file")),
    ]


@pytest.mark.clause("4.1-via-district")
def test_another_districts_application_does_not_exist(client_for: Any) -> None:
    application = make.carried_to(Application.State.DISTRICT_REVIEW)
    own, other = client_for(make.district("210211")), client_for(make.district("210202"))
    for page in [*_pages_of(application), address("review", application.number), address("route", application.number)]:
        assert own.get(page).status_code in (200, 202, 302), page
        assert other.get(page).status_code == 404, page
    for name in ("review", "route", "extend"):
        answer = other.post(address(name, application.number), {"conclusion": "endorse", "opinion": "同意"})
        assert answer.status_code == 404
    assert application.number not in text(other.get(address("list")))
    assert text(other.get(address("detail", application.number))) == text(other.get(address("detail", "2027-9999")))


@pytest.mark.clause("4.2-experts")
def test_an_expert_declares_before_any_file_opens(client_for: Any) -> None:
    application = make.carried_to(Application.State.CERTIFICATION)
    make.open_round(application.call)
    assignment = make.assign(application, 1)
    make.assign(application, 3, declared=True)
    files = _pages_of(application)[3:]
    with time_machine.travel(make.at("2027-06-20"), tick=False):
        invited, stranger, aside = (client_for(make.expert(number)) for number in (1, 2, 3))
        for page in files:
            answer = invited.get(page)
            assert answer.status_code == 403
            assert "声明" in text(answer)
            assert reverse("applications:assignment", args=[assignment.public_id]) in text(answer)
            assert stranger.get(page).status_code == 404
            assert aside.get(page).status_code in (403, 404)
        make.certification.declare(
            actor=make.acting(make.expert(1), "2027-06-20"), assignment=assignment, conflict=False, reason=""
        )
        opened = {page: invited.get(page) for page in files}
    identity = application.materials.get(kind="representative_id")
    assert opened.pop(address("material_file", identity.file.public_id)).status_code == 404
    assert {answer.status_code for answer in opened.values()} == {200}


def _others_sheet(assignment: Assignment) -> str:
    return reverse("applications:assignment", args=[assignment.public_id])


def test_another_experts_sheet_does_not_exist(client_for: Any) -> None:
    application = make.carried_to(Application.State.CERTIFICATION)
    make.open_round(application.call)
    theirs = make.score(make.assign(application, 1, declared=False))
    make.assign(application, 2, declared=False)
    assert client_for(make.expert(2)).get(_others_sheet(theirs)).status_code == 404


@pytest.mark.clause("4.1-materials")
def test_a_guess_at_anothers_attachment(client_for: Any) -> None:
    application = make.carried_to(Application.State.DISTRICT_REVIEW)
    stranger = client_for(make.applicant_of(make.organisation()))
    real = _pages_of(application)[3]
    guess = address("material_file", "AAAAAAAAAAAA")
    assert stranger.get(real).status_code == stranger.get(guess).status_code == 404
    assert text(stranger.get(real)) == text(stranger.get(guess))
    assert StrictClient().get(real).status_code == 302
    assert StrictClient().get(guess).status_code == 302
    page = text(stranger.get(guess))
    assert "没有" in page
    for name in ("section", "material_add"):
        last = "plan" if name == "section" else "base_plan"
        assert stranger.post(address(name, application.number, last), {"goals": "x"}).status_code == 404


@pytest.mark.parametrize("role", [Role.EXPERT, Role.DISTRICT, Role.APPLICANT, Role.ADMIN, Role.AUDITOR])
def test_a_page_for_others_says_for_whom_it_is(role: str, client_for: Any) -> None:
    owner = make.organisation() if role == Role.APPLICANT else None
    place = "210202" if role == Role.DISTRICT else ""
    client = client_for(make.user(role, organisation=owner, place=place))
    answer = client.get(address("paper"))
    assert answer.status_code == 403
    assert "市科协学会部" in text(answer)


# Typed wrongly elsewhere ----------------------------------------------------------------------------------------------


@pytest.mark.clause("4.1-paper")
@pytest.mark.parametrize("code", ["", "ABCD", "🙂" * 40, "x" * 5000, "'; DROP TABLE x; --", "\x00"])
def test_a_check_code_that_is_none(code: str, client_for: Any) -> None:
    answer = client_for(make.user(Role.MUNICIPAL)).post(address("paper"), {"code": code})
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)


SECTIONS: dict[str, tuple[str, dict[str, str], str, str]] = {
    "a day that is none": ("particulars", {"founded_on": "2027-02-30"}, "成立日期", "2027-02-30"),
    "half a person": ("particulars", {"employees": "12.5"}, "职工人数", "12.5"),
    "too many people": ("particulars", {"employees": "99999999999999999999"}, "职工人数", "99999999999999999999"),
    "an address that is none": ("particulars", {"contact_email": "a@@b"}, "联系人电子邮箱", "a@@b"),
    "too long": ("plan", {"expected": "长" * 2001}, "预期目标", "长" * 2001),
}


@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize(("section", "data", "label", "kept"), SECTIONS.values(), ids=SECTIONS)
def test_an_answer_that_cannot_be(section: str, data: dict[str, str], label: str, kept: str, client_for: Any) -> None:
    application = make.application_begun(on=TODAY)
    client = client_for(make.applicant_of(application.organisation))
    other = {"particulars": {"contact_name": "逐字保留"}, "plan": {"purpose": "逐字保留"}}[section]
    answer = client.post(
        address("section", application.number, section), {**data, **other, "version": application.version}
    )
    shown = text(answer)
    assert answer.status_code == 422
    assert label in shown
    assert kept in shown
    assert "逐字保留" in shown


def test_two_people_in_one_section(client_for: Any) -> None:
    application = make.application_begun(on=TODAY)
    client = client_for(make.applicant_of(application.organisation))
    page, version = address("section", application.number, "plan"), application.version
    assert client.post(page, {"expected": "先保存的", "version": version}).status_code == 302
    answer = client.post(page, {"expected": "后保存的", "version": version})
    assert answer.status_code == 409
    assert "先保存的" in text(answer)
    assert "后保存的" in text(answer)


@pytest.mark.clause("4.3-decision")
@pytest.mark.parametrize("role", [Role.MUNICIPAL, Role.LEADER])
def test_one_person_cannot_be_two(role: str, client_for: Any) -> None:
    """The officer does not settle the list, and the leader does not draw it up."""
    application = make.carried_to(Application.State.CERTIFICATION)
    make.round_of(application.call)
    if role == Role.LEADER:
        data = {"act": "prepare", f"approve-{application.number}": "on", "confirmed": "1"}
    else:
        make.prepared_list(application.call, [application])
        data = {"act": "settle", "confirmed": "1"}
    with time_machine.travel(make.at("2027-06-26"), tick=False):
        assert client_for(make.user(role)).post(address("decision", 2027), data).status_code == 422
    assert application.decisions.count() == (role == Role.MUNICIPAL)
    assert not application.decisions.filter(settled_on__isnull=False).exists()
