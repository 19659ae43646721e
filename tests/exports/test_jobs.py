"""A job's life: asked once, made by one process at a time, ended once, fetched by whoever may, gone after its time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from applications import making_queue, tasks
from applications.actions import making, making_done
from applications.exports import making as worker
from applications.models import Application, Job
from applications.rules.making import can_cancel, can_export_archive, can_fetch, can_print_draft
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.press import TooLarge, TooSlow
from haizhi_portal.files.models import StoredFile
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.exports import kit
from tests.exports.kit import NOW, Clock, made

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-materials")]
State = Application.State
ALL = [Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL, Role.LEADER, Role.AUDITOR, Role.EXPERT, Role.ADMIN]


def person(role: Role, application: Application) -> Any:
    if role == Role.APPLICANT:
        return make.applicant_of(application.organisation)
    return make.district("210211") if role == Role.DISTRICT else make.user(role)


def table(role: Role = Role.MUNICIPAL, **changed: Any) -> Job:
    """A list asked for by a person of the role."""
    make.carried_to(State.INITIAL_REVIEW) if not Application.objects.exists() else None
    user = make.district("210211") if role == Role.DISTRICT else make.user(role)
    given = {"selection": kit.everything(), "filters": {"年度": "2027"}} | changed
    return making.export_table(actor=make.acting(user, NOW), **given)


@pytest.mark.parametrize("role", ALL)
@pytest.mark.parametrize(
    ("verb", "allowed"),
    [
        ("table", {Role.DISTRICT, Role.MUNICIPAL, Role.LEADER, Role.AUDITOR}),
        ("archive", {Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL, Role.LEADER}),
        ("archives", {Role.MUNICIPAL}),
        ("identity", {Role.MUNICIPAL}),
        ("draft", set()),
    ],
)
def test_each_role_may_have_made_what_its_work_needs(role: Role, verb: str, allowed: set[Role]) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    actor = make.acting(person(role, application), NOW)
    filters: dict[str, str] = {}
    ask: dict[str, Callable[[], Job]] = {
        "table": lambda: making.export_table(actor=actor, selection=[application.pk], filters=filters),
        "archive": lambda: making.export_archive(actor=actor, application=application),
        "archives": lambda: making.export_archives(actor=actor, selection=[application.pk], filters=filters),
        "identity": lambda: making.export_archive(
            actor=actor, application=application, with_identity=True, reason="公安核验"
        ),
        "draft": lambda: making.print_draft(actor=actor, application=application),
    }
    if role in allowed:
        assert ask[verb]().state == Job.State.QUEUED
    else:
        with pytest.raises(RuleViolation):
            ask[verb]()


@pytest.mark.parametrize(
    ("state", "allowed"),
    [(State.DRAFT, True), (State.DISTRICT_RETURNED, True), (State.DISTRICT_REVIEW, False), (State.LICENSED, False)],
)
def test_a_draft_is_printed_while_it_is_being_filled_in(state: State, allowed: bool) -> None:
    application = make.carried_to(state)
    own = make.acting(make.applicant_of(application.organisation), NOW)
    stranger = make.acting(make.applicant_of(make.organisation()), NOW)

    if allowed:
        assert making.print_draft(actor=own, application=application).kind == Job.Kind.DRAFT_PRINT
    else:
        with pytest.raises(RuleViolation, match="正式申报书"):
            making.print_draft(actor=own, application=application)
    with pytest.raises(RuleViolation):
        making.print_draft(actor=stranger, application=application)


def test_asking_again_gives_the_job_that_is_still_open() -> None:
    first = table()

    assert table() == first
    assert table(filters={"年度": "2028"}) != first
    with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
        Job.objects.create(
            kind=first.kind, subject=first.subject, asked_by=first.asked_by, asked_role="municipal", asked_at=NOW
        )
    made(first)
    assert table() != first


def test_nobody_has_more_than_five_open_at_a_time() -> None:
    for number in range(5):
        table(filters={"编号或单位": str(number)})
    with pytest.raises(RuleViolation, match="5 项制作还没有完成"):
        table(filters={"编号或单位": "6"})


def test_nothing_is_made_of_nothing() -> None:
    with pytest.raises(RuleViolation, match="没有符合条件"):
        table(selection=[])


@pytest.mark.parametrize(("reason", "words"), [("", "请写明"), ("　 ", "请写明"), ("长" * 201, "不超过 200 字")])
def test_identity_papers_leave_only_with_a_reason(reason: str, words: str) -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    actor = make.acting(make.user(Role.MUNICIPAL), NOW)
    with pytest.raises(RuleViolation, match=words) as refused:
        making.export_archive(actor=actor, application=application, with_identity=True, reason=reason)
    assert refused.value.field == "reason"
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(kind="archive", subject="x", asked_by=actor.user, asked_at=NOW, with_identity=True)


def test_the_job_is_queued_after_the_commit_and_a_broker_that_is_away_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(making_queue, "send", lambda job_id: sent.append(job_id) or True)
    with django_capture_on_commit_callbacks(execute=True):
        job = table()
    assert sent == [job.pk]

    def away(*args: object, **how: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.undo()
    monkeypatch.setattr(making_queue.current_app, "send_task", away, raising=False)
    assert making_queue.send(job.pk) is False
    assert tasks.make.name == making_queue.MAKE_TASK


# Made by one process at a time ---------------------------------------------------------------------------------------


def test_a_second_delivery_finds_it_done_and_keeps_one_file() -> None:
    job = made(table())
    first = (job.file, job.sha256, job.ended_at)

    again = made(job)

    assert (again.file, again.sha256, again.ended_at) == first
    assert Entry.objects.filter(event="export.made").count() == 1


def test_a_delivery_while_another_process_is_at_it_does_nothing() -> None:
    job = table()
    taken = making_done.take_up(job_id=job.pk, now=NOW)
    assert taken is not None

    assert made(job).state == Job.State.RUNNING
    assert making_done.take_up(job_id=job.pk, now=NOW + making_done.LEASE) is None


def test_what_a_killed_process_left_is_taken_up_by_the_next_and_the_late_one_keeps_nothing() -> None:
    job = table()
    killed = making_done.take_up(job_id=job.pk, now=NOW)
    assert killed is not None
    later = NOW + making_done.LEASE + timedelta(seconds=1)
    assert list(making_done.waiting(NOW + timedelta(seconds=5))) == []
    assert list(making_done.waiting(later)) == [job]

    done = made(job, Clock(later))

    assert (done.state, done.attempts) == (Job.State.DONE, 2)
    with pytest.raises(making_done.Superseded):
        making_done.go_on(job=killed, done=1, now=later)
    making_done.give_up(job=killed, reason="太迟", now=later)
    done.refresh_from_db()
    assert (done.state, done.failure) == (Job.State.DONE, "")


def test_a_job_that_was_killed_three_times_ends_with_a_reason() -> None:
    job, now = table(), NOW
    for _attempt in range(3):
        assert making_done.take_up(job_id=job.pk, now=now) is not None
        now += making_done.LEASE + timedelta(seconds=1)

    assert making_done.take_up(job_id=job.pk, now=now) is None
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "几次中途停止" in job.failure


def test_a_job_called_off_while_it_is_made_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    job = table()
    files = StoredFile.objects.count()

    def calls_it_off(work: Any) -> tuple[str, str]:
        work.path.write_bytes(b"half")
        making.cancel(actor=work.actor, job=work.job)
        work.pulse(1)
        raise AssertionError("went on")

    monkeypatch.setitem(worker._MAKERS, Job.Kind.TABLE, calls_it_off)
    paths: list[Any] = []
    original = worker.fresh_path
    monkeypatch.setattr(worker, "fresh_path", lambda: paths.append(original()) or paths[-1])

    job = made(job)

    assert (job.state, job.file_id, StoredFile.objects.count()) == (Job.State.CANCELLED, None, files)
    assert (job.claim, job.ended_at) == ("", NOW)
    assert not paths[0].exists()
    with pytest.raises(RuleViolation, match="已经结束"):
        making.cancel(actor=make.acting(job.asked_by, NOW), job=job)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (TooLarge("not set within 500 MB"), "超出内存上限"),
        (TooSlow("not set within 50 seconds"), "超出时间上限"),
        (worker.SoftTimeLimitExceeded(), "超出时间上限"),
        (OSError(28, "No space left on device"), "存储空间不足"),
        (ValueError("secret detail"), "制作时出错，已记录"),
    ],
)
def test_a_failure_ends_with_a_reason_its_owner_can_read(
    monkeypatch: pytest.MonkeyPatch, problem: BaseException, words: str
) -> None:
    def fails(work: Any) -> tuple[str, str]:
        work.path.write_bytes(b"half")
        raise problem

    monkeypatch.setitem(worker._MAKERS, Job.Kind.TABLE, fails)
    job = made(table())

    assert job.state == Job.State.FAILED
    assert words in job.failure
    assert "secret" not in job.failure
    assert job.file is None


@pytest.mark.django_db(transaction=True)
def test_making_holds_no_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    inside: list[bool] = []
    original = worker._MAKERS[Job.Kind.TABLE]
    monkeypatch.setitem(
        worker._MAKERS, Job.Kind.TABLE, lambda work: inside.append(connection.in_atomic_block) or original(work)
    )
    assert made(table()).state == Job.State.DONE
    assert inside == [False]


# Fetched by whoever may, for a while ---------------------------------------------------------------------------------


def test_the_ledger_knows_what_left_and_each_time_it_was_fetched() -> None:
    job = made(table())
    actor = make.acting(job.asked_by, NOW)
    making.fetch(actor=actor, job=job)
    making.fetch(actor=actor, job=job)

    entries = list(Entry.objects.filter(object=f"export:{job.public_id}").order_by("seq"))
    assert [entry.event for entry in entries] == ["export.made", "export.downloaded", "export.downloaded"]
    assert {entry.actor for entry in entries} == {job.asked_by.public_id}
    assert entries[0].data == {
        "kind": "table",
        "count": 1,
        "filters": {"年度": "2027"},
        "with_identity": False,
        "sha256": job.file.sha256 if job.file else None,
    }


def changed_role(job: Job) -> None:
    job.asked_by.role, job.asked_by.reviewing_body = Role.AUDITOR, None
    job.asked_by.save()


def switched_off(job: Job) -> None:
    job.asked_by.is_active = False
    job.asked_by.save()


def sent_elsewhere(job: Job) -> None:
    Application.objects.update(route="gaoxin")


@pytest.mark.parametrize("change", [changed_role, switched_off, sent_elsewhere])
def test_the_right_is_asked_again_at_the_making_and_at_the_fetching(change: Callable[[Job], None]) -> None:
    before, after = table(Role.DISTRICT), table(Role.DISTRICT, filters={})
    before = made(before)
    change(after)
    after.asked_by.refresh_from_db()

    assert made(after).state == Job.State.FAILED
    with pytest.raises(RuleViolation):
        making.fetch(actor=make.acting(after.asked_by, NOW), job=before)
    assert not Entry.objects.filter(event="export.downloaded").exists()


@pytest.mark.parametrize(("after", "there"), [(timedelta(days=3, seconds=-1), True), (timedelta(days=3), False)])
def test_a_file_is_there_until_its_time_is_over_and_then_goes_with_its_row(after: timedelta, there: bool) -> None:
    from haizhi_portal.files.store import _root

    job = made(table())
    stored = job.file
    assert stored is not None
    path = _root() / stored.path
    actor = make.acting(job.asked_by, NOW + after)
    if there:
        assert making.fetch(actor=actor, job=job) == stored
    else:
        with pytest.raises(RuleViolation, match="已过保存期"):
            making.fetch(actor=actor, job=job)

    assert path.exists()
    assert making_done.tidy(now=NOW + after) == (0 if there else 1)
    assert StoredFile.objects.filter(pk=stored.pk).exists() is there
    assert making_done.tidy(now=NOW + after) == 0


def test_the_drafts_print_is_kept_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("haizhi_portal.documents.rendering.typeset_apart", lambda html, identifier: make.pdf())
    application = make.application_ready()
    actor = make.acting(make.applicant_of(application.organisation), NOW)
    job = made(making.print_draft(actor=actor, application=application))

    assert job.expires_at == NOW + timedelta(days=1)
    assert not Entry.objects.filter(event__startswith="export").exists()


@pytest.mark.clause("4.1-materials")
def test_an_archive_is_of_what_one_may_read_and_a_draft_is_printed_by_its_unit() -> None:
    application, other = make.carried_to(State.DISTRICT_RETURNED), make.carried_to(State.DISTRICT_RETURNED)
    unit, outside = make.applicant_of(application.organisation), make.applicant_of(other.organisation)
    not_theirs, not_exported = "这项申报不在您的办理范围内。", "档案包由申报单位、审核单位和市科协导出。"
    archives = {
        unit: "",
        outside: not_theirs,
        make.district("210211"): "",
        make.district("210202"): not_theirs,
        make.user(Role.MUNICIPAL): "",
        make.user(Role.LEADER): "",
        make.user(Role.AUDITOR): not_exported,
        make.expert(): not_exported,
    }
    found = {each: can_export_archive(make.acting(each, "2027-05-05"), application).reason for each in archives}
    assert found == archives
    only_unit = "草稿只由申报单位自己打印。"
    prints = {unit: "", outside: only_unit, make.district("210211"): only_unit, make.user(Role.MUNICIPAL): only_unit}
    assert {each: can_print_draft(make.acting(each, "2027-05-05"), application).reason for each in prints} == prints
    make.submit(application, "2027-05-06")
    application.refresh_from_db()
    done = "申报已提交，请打印带版本和校验码的正式申报书。"
    assert can_print_draft(make.acting(unit, "2027-05-06"), application).reason == done


@pytest.mark.clause("4.1-materials")
def test_who_may_have_what_was_made_fact_by_fact() -> None:
    mine, other = make.carried_to(State.DISTRICT_RETURNED), make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    office, district = make.user(Role.MUNICIPAL), make.district("210211")
    now = make.at("2027-05-05")

    def job(user: Any, kind: str = Job.Kind.ARCHIVE, *selected: Application, **facts: Any) -> Job:
        asked = {"asked_by": user, "asked_role": user.role, "asked_body_id": user.reviewing_body_id}
        given = {"state": Job.State.DONE, "file_id": 1, "expires_at": now + timedelta(days=1)}
        selection = [each.pk for each in selected or (mine,)]
        return Job(kind=kind, selection=selection, **asked | given | facts)

    def fetched(user: Any, row: Job) -> str:
        return can_fetch(make.acting(user, "2027-05-05"), row).reason

    own_only, moved = "只有申请制作的本人、以原来的身份可以取用。", "您的所属审核单位已变更，请重新申请制作。"
    gone, not_yet = "文件已过保存期并删除，请重新申请制作。", "文件还没有做好。"
    out_of_reach = "其中有申报已不在您的办理范围内，请重新申请制作。"
    rows = {
        "": (district, job(district)),
        "another's": (make.user(Role.DISTRICT, place="210211", number=2), job(district)),
        "in another role": (office, job(office, asked_role=Role.LEADER)),
        "of another body": (district, job(district, asked_body_id=make.district("210202").reviewing_body_id)),
        "not made": (district, job(district, state=Job.State.QUEUED)),
        "deleted": (district, job(district, file_id=None)),
        "expired": (district, job(district, expires_at=make.at("2027-05-05", 10))),
        "kept for good": (district, job(district, expires_at=None)),
        "handed on since": (district, job(district, Job.Kind.ARCHIVE, mine, other)),
        "a draft of one's own": (
            make.applicant_of(mine.organisation),
            job(make.applicant_of(mine.organisation), Job.Kind.DRAFT_PRINT),
        ),
        "a draft of another": (
            make.applicant_of(mine.organisation),
            job(make.applicant_of(mine.organisation), Job.Kind.DRAFT_PRINT, other),
        ),
        "many, by a district": (district, job(district, Job.Kind.ARCHIVES)),
        "identity, by a district": (district, job(district, with_identity=True)),
        "identity, by the office": (office, job(office, with_identity=True)),
    }
    assert {name: fetched(*row) for name, row in rows.items()} == {
        "": "",
        "another's": own_only,
        "in another role": own_only,
        "of another body": moved,
        "not made": not_yet,
        "deleted": gone,
        "expired": gone,
        "kept for good": "",
        "handed on since": out_of_reach,
        "a draft of one's own": "",
        "a draft of another": out_of_reach,
        "many, by a district": "多项申报的档案包只由市科协学会部导出。",
        "identity, by a district": "身份证件只由市科协学会部说明理由后导出。",
        "identity, by the office": "",
    }
    cancels = [
        can_cancel(make.acting(user, "2027-05-05"), job(district, state=state)).reason
        for user, state in ((district, Job.State.QUEUED), (office, Job.State.QUEUED), (district, Job.State.DONE))
    ]
    assert cancels == ["", "只有申请制作的本人可以取消。", "制作已经结束，不需要取消。"]


# What the worker writes, guard by guard ------------------------------------------------------------------------------


def taken(job: Job, now: datetime = NOW) -> Job:
    found = making_done.take_up(job_id=job.pk, now=now)
    assert found is not None
    return found


def test_a_job_begins_anew_each_time_it_is_taken_up_and_says_how_far_it_is() -> None:
    job, other = table(), taken(table(filters={"年度": "2028"}))
    Job.objects.filter(pk=job.pk).update(done=7, beat_at=None)
    own = taken(job)
    job.refresh_from_db()
    assert (job.state, job.done, job.beat_at, job.attempts, job.claim) == (Job.State.RUNNING, 0, NOW, 1, own.claim)
    later = NOW + timedelta(seconds=30)
    making_done.go_on(job=own, done=3, now=later)
    job.refresh_from_db()
    other.refresh_from_db()
    assert (own.done, job.done, job.beat_at) == (3, 3, later)
    assert (other.done, other.beat_at) == (0, NOW)


@pytest.mark.parametrize("lost", ["claim", "called off"])
def test_whoever_lost_the_job_says_nothing_keeps_nothing_and_ends_nothing(lost: str) -> None:
    job = table()
    late = taken(job)
    if lost == "claim":
        Job.objects.filter(pk=job.pk).update(claim="another")
    else:
        Job.objects.filter(pk=job.pk).update(state=Job.State.CANCELLED, ended_at=NOW)
    before = Job.objects.filter(pk=job.pk).values().get()
    examined: Any = SimpleNamespace(sha256="0" * 64)
    files, entries = StoredFile.objects.count(), Entry.objects.count()
    with pytest.raises(making_done.Superseded):
        making_done.go_on(job=late, done=1, now=NOW)
    with pytest.raises(making_done.Superseded):
        making_done.deliver(job=late, examined=examined, now=NOW)
    making_done.give_up(job=late, reason="出错", now=NOW)
    assert Job.objects.filter(pk=job.pk).values().get() == before
    assert (StoredFile.objects.count(), Entry.objects.count()) == (files, entries)


def test_giving_up_ends_the_own_job_with_its_reason() -> None:
    job = taken(table())
    making_done.give_up(job=job, reason="出错", now=NOW)
    job.refresh_from_db()
    assert (job.state, job.failure, job.ended_at, job.claim) == (Job.State.FAILED, "出错", NOW, "")


def test_what_waits_is_open_and_untouched_for_longer_than_a_lease() -> None:
    never, long_ago, just, ended = (table(filters={"年度": str(year)}) for year in range(2027, 2031))
    for job, beat in ((never, None), (long_ago, timedelta(seconds=-1)), (just, timedelta()), (ended, None)):
        at = None if beat is None else NOW - making_done.LEASE + beat
        Job.objects.filter(pk=job.pk).update(beat_at=at)
    Job.objects.filter(pk=ended.pk).update(state=Job.State.FAILED, ended_at=NOW)
    assert set(making_done.waiting(NOW)) == {never, long_ago}


def test_others_jobs_and_ended_ones_leave_room() -> None:
    colleague = make.user(Role.MUNICIPAL, number=2)
    for number in range(5):
        filters = {"编号或单位": str(number)}
        given = {"selection": kit.everything() or [1], "filters": filters}
        making.export_table(actor=make.acting(colleague, NOW), **given)
    own = [table(filters={"编号或单位": str(number)}) for number in range(5)]
    with pytest.raises(RuleViolation, match="5 项制作还没有完成"):
        table(filters={"编号或单位": "5"})
    making.cancel(actor=make.acting(own[0].asked_by, NOW), job=own[0])
    assert table(filters={"编号或单位": "5"}).state == Job.State.QUEUED


@pytest.mark.parametrize(("length", "taken_up"), [(200, True), (201, False)])
def test_a_reason_has_two_hundred_characters_at_most(length: int, taken_up: bool) -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    given = {
        "actor": make.acting(make.user(Role.MUNICIPAL), NOW),
        "application": application,
        "with_identity": True,
        "reason": "长" * length,
    }
    if taken_up:
        assert making.export_archive(**given).reason == "长" * length
    else:
        with pytest.raises(RuleViolation, match="不超过 200 字"):
            making.export_archive(**given)


def test_the_same_list_is_the_same_whatever_the_order_of_its_filters() -> None:
    first = table(filters={"年度": "2027", "状态": "初审"})
    assert table(filters={"状态": "初审", "年度": "2027"}) == first
