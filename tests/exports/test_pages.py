"""The pages around prints and exports: without JavaScript, for everybody who may, and closed to everybody else."""

from typing import Any

import pytest

from applications.actions import making
from applications.models import Application, Job
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import applicant, on, queries, signed_in, text, url
from tests.exports import kit
from tests.exports.kit import NOW, made

pytestmark = pytest.mark.django_db
State = Application.State


@pytest.fixture(autouse=True)
def _quick_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("haizhi_portal.documents.rendering.typeset_apart", lambda html, identifier: make.pdf())


@pytest.mark.clause("4.1-paper")
def test_a_draft_is_printed_from_the_task_list_with_its_progress_in_words() -> None:
    application = make.application_ready()
    with on("2027-03-20"):
        client = signed_in(applicant(application))
        assert "打印草稿" in text(client.get(url("detail", application.number)))
        asked = client.post(url("print_draft", application.number))
        page = asked.headers["Location"]
        waiting = text(client.get(page))
        assert "正在排队" in waiting
        assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
        job = Job.objects.get()
        assert client.get(url("job_file", job.public_id)).status_code == 302

        made(job, kit.Clock(make.at("2027-03-20")))
        ready = text(client.get(page))
        assert "已经做好" in ready
        assert "打开 PDF" in ready
        file = client.get(url("job_file", job.public_id))
        assert file.headers["Content-Type"] == "application/pdf"
        assert b"".join(file.streaming_content).startswith(b"%PDF")
        assert file.headers["Cache-Control"] == "private, no-store"


def test_the_reason_of_a_failure_and_a_cancellation_stand_on_the_page() -> None:
    application = make.application_ready()
    with on("2027-03-20"):
        client = signed_in(applicant(application))
        client.post(url("print_draft", application.number))
        job = Job.objects.get()
        assert "已取消" in text(client.post(url("job_cancel", job.public_id), follow=True))
        assert "已经结束" in text(client.post(url("job_cancel", job.public_id), follow=True))
        Job.objects.update(state="failed", failure="内容太多，排版超出内存上限。")
        assert "没有做成：内容太多" in text(client.get(url("job", job.public_id)))


def test_the_list_is_exported_under_its_filters() -> None:
    first, second = make.carried_to(State.DISTRICT_REVIEW), make.carried_to(State.INITIAL_REVIEW)
    with on("2027-06-01"):
        client = signed_in(make.user(Role.MUNICIPAL))
        listed = text(client.get(url("list") + f"?q={second.number}"))
        assert f"{url('export')}?q={second.number}" in listed
        asked = text(client.get(url("export") + f"?q={second.number}"))
        assert "共 1 项" in asked
        answer = client.post(url("export") + f"?q={second.number}", {"content": "table"})
        job = Job.objects.get()
        assert answer.headers["Location"] == url("job", job.public_id)
        assert job.selection == [second.pk]
        assert job.filters == {"编号或单位": second.number}
        assert first.pk not in job.selection
        made(job, kit.Clock(make.at("2027-06-01")))
        file = client.get(url("job_file", job.public_id))
        assert b"".join(file.streaming_content)[:2] == b"PK"
        assert "attachment" in file.headers["Content-Disposition"]
    assert [entry.event for entry in Entry.objects.filter(event__startswith="export").order_by("seq")] == [
        "export.made",
        "export.downloaded",
    ]


def test_a_handed_on_application_is_in_no_export_of_the_district() -> None:
    from applications.actions import pre_review

    kept, given = make.carried_to(State.DISTRICT_REVIEW), make.carried_to(State.DISTRICT_REVIEW)
    district = make.district("210211")
    pre_review.hand_on(
        actor=make.acting(district, "2027-05-02"), application=given, route="210202", reason="单位已迁往中山区"
    )
    with on("2027-05-05"):
        client = signed_in(district)
        assert given.number in text(client.get(url("list")))
        assert "共 1 项" in text(client.get(url("export")))
        client.post(url("export"), {"content": "table"})
        assert Job.objects.get().selection == [kept.pk]
        assert client.get(url("archive", given.number)).status_code == 404


@pytest.mark.parametrize(
    ("role", "export", "archive"),
    [
        (Role.APPLICANT, 403, 200),
        (Role.DISTRICT, 200, 200),
        (Role.MUNICIPAL, 200, 200),
        (Role.LEADER, 200, 200),
        (Role.AUDITOR, 200, 403),
        (Role.EXPERT, 403, 403),
        (Role.ADMIN, 403, 403),
    ],
)
def test_who_may_open_the_pages(role: Role, export: int, archive: int) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    people = {Role.DISTRICT: lambda: make.district("210211"), Role.APPLICANT: lambda: applicant(application)}
    person = people.get(role, lambda: make.user(role))()
    with on("2027-05-05"):
        client = signed_in(person)
        assert client.get(url("export")).status_code == export
        assert client.get(url("archive", application.number)).status_code == archive
        page = text(client.get(url("archive", application.number)))
    assert ("包含法定代表人身份证件原件" in page) is (role == Role.MUNICIPAL)


def test_nobody_meets_anothers_job() -> None:
    make.carried_to(State.DISTRICT_REVIEW)
    job = made(
        making.export_table(actor=make.acting(make.user(Role.MUNICIPAL), NOW), selection=kit.everything(), filters={})
    )
    stranger = make.applicant_of(make.organisation())
    with on("2027-07-01"):
        for person in (make.user(Role.LEADER), make.district("210211"), stranger, make.user(Role.AUDITOR)):
            client = signed_in(person)
            assert client.get(url("job", job.public_id)).status_code == 404
            assert client.get(url("job_file", job.public_id)).status_code == 404
            assert client.post(url("job_cancel", job.public_id)).status_code == 404
            assert job.public_id not in text(client.get(url("jobs")))


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"content": "everything"}, 422),
        ({"content": "archives", "with_identity": "on"}, 422),
        ({"content": "archives", "with_identity": "on", "reason": "x" * 5000}, 422),
        ({"content": "archives", "with_identity": "on", "reason": "核验\x00"}, 422),
        ({"content": "archives", "with_identity": "on", "reason": "核验"}, 302),
        ({"content": "table", "with_identity": "on"}, 302),
    ],
)
def test_what_is_sent_to_the_export_page(data: dict[str, Any], status: int) -> None:
    make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-05-05"):
        assert signed_in(make.user(Role.MUNICIPAL)).post(url("export"), data).status_code == status


@pytest.mark.parametrize(
    "asked", ["?year=abc&state=%00&sort=;drop", "?q=" + "长" * 500, "?turn=x&overdue=on&handler=1"]
)
def test_any_filter_can_be_asked(asked: str) -> None:
    make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-05-05"):
        assert signed_in(make.user(Role.MUNICIPAL)).get(url("export") + asked).status_code == 200


def test_the_list_of_jobs_takes_the_same_queries_at_one_and_three() -> None:
    make.carried_to(State.DISTRICT_REVIEW)
    user, counts = make.user(Role.MUNICIPAL), []
    for number in range(3):
        making.export_table(actor=make.acting(user, NOW), selection=kit.everything(), filters={"n": str(number)})
        with on("2027-07-01"):
            counts.append(queries(signed_in(user), url("jobs")))
    assert counts[0] == counts[2]
