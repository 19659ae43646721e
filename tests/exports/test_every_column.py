"""The list for Excel column by column, and the archive's directory entry by entry: exact values in their order."""

import json
from datetime import datetime
from typing import Any

import pytest

from applications.actions import decision, draft, making
from applications.models import Application, Material
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Kind, Level, Role
from tests import factories as make
from tests.exports.kit import NOW, archive, made, sheets

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual")]
State = Application.State
LIST, FILLED, NOTES = "申报清单", "填报内容", "导出说明"
HEADS = [
    "申报编号",
    "年度",
    "申报单位",
    "统一社会信用代码",
    "单位性质",
    "隶属关系",
    "所在辖区",
    "报送去向",
    "状态",
    "首次提交时间",
    "现行版本",
    "补正截止日",
    "辖区同意日期",
    "初审通过日期",
    "盖章纸质材料份数",
    "进入认证日期",
    "列入名单日期",
    "办结日期",
    "办结理由",
]


@pytest.fixture(autouse=True)
def _quick_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("haizhi_portal.documents.rendering.typeset_apart", lambda html, identifier: make.pdf())


def day(month: int, number: int, hour: int = 0) -> datetime:
    return datetime(2027, month, number, hour)


def table(person: User, *rows: Application, **filters: str) -> dict[str, list[list[Any]]]:
    actor = make.acting(person, NOW)
    return sheets(made(making.export_table(actor=actor, selection=[row.pk for row in rows], filters=filters)))


def test_each_column_holds_its_own_value_and_nothing_where_there_is_none() -> None:
    call = make.call()
    institute = make.organisation(Kind.INSTITUTE, Level.DISTRICT, place="210202")
    licensed = make.application_ready(institute, call)
    back = make.application_ready(make.organisation(place="210211"), call)
    direct = make.application_ready(make.organisation(Kind.PUBLIC_INSTITUTION, Level.MUNICIPAL), call)
    refused = make.application_ready(make.organisation(place="210203"), call)
    for row, when in ((licensed, make.at("2027-03-15", 23, 50)), (back, "2027-03-16"), (direct, "2027-03-17")):
        make.submit(row, when)
    make.submit(refused, "2027-03-18")
    for row in (licensed, back, direct, refused):
        row.refresh_from_db()
    licensed = make.send_back(licensed, "2027-05-02")
    make.submit(licensed, "2027-05-03")
    licensed.refresh_from_db()
    licensed = make.endorse(licensed, "2027-05-04")
    licensed = make.pass_initial(licensed, "2027-05-28")
    make.receive_paper(licensed, "2027-06-03", copies=3)
    make.send_back(back, "2027-05-05")
    make.pre_review.decline(
        actor=make.acting(make.district("210203"), "2027-05-06"),
        application=refused,
        reason="身份证 210211199001011234 与材料不符",
        clause="3.2-organised",
    )
    make.open_round(call)
    for number in (1, 2, 3):
        make.score(make.assign(licensed, number, declared=False))
    make.certification.close_round(actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-22"), call=call)
    proposal = make.prepared_list(call, [licensed])
    decision.settle_list(actor=make.acting(make.user(Role.LEADER), "2027-06-26"), decision_list=proposal)
    make.award(call)
    rows = [Application.objects.get(pk=row.pk) for row in (direct, licensed, refused, back)]
    assert rows[3].correct_by is not None

    found = table(make.user(Role.MUNICIPAL), *rows)[LIST]
    code = [row.organisation.credit_code for row in rows]
    name = [row.organisation.name for row in rows]
    kinds = ["事业单位", "科研院所", "企业", "企业"]
    levels = ["市属", "区（市、县）属", "无隶属关系（含民营）", "无隶属关系（含民营）"]
    places = ["甘井子区", "中山区", "西岗区", "甘井子区"]
    routes = ["大连市科协", "中山区", "西岗区", "甘井子区"]
    correct_by = datetime.combine(rows[3].correct_by, datetime.min.time())
    missed = "未进入本年度专家认证"
    blank = [None] * 3
    assert found == [
        HEADS,
        [
            *("2027-0003", 2027, name[0], code[0], kinds[0], levels[0], places[0], routes[0], missed),
            *(day(3, 17, 10), 1, None, None, None, 0, None, None, None, None),
        ],
        [
            *("2027-0001", 2027, name[1], code[1], kinds[1], levels[1], places[1], routes[1], "已授牌"),
            *(datetime(2027, 3, 15, 23, 50), 2, None, day(5, 4), day(5, 28), 3),
            *(day(6, 20), day(6, 26), day(6, 30), None),
        ],
        [
            *("2027-0004", 2027, name[2], code[2], kinds[2], levels[2], places[2], routes[2], "未通过"),
            *(day(3, 18, 10), 1, *blank, 0, None, None, day(5, 6), "身份证 210***********1234 与材料不符"),
        ],
        [
            *("2027-0002", 2027, name[3], code[3], kinds[3], levels[3], places[3], routes[3], missed),
            *(day(3, 16, 10), 1, correct_by, None, None, 0, None, None, None, None),
        ],
    ]


def test_the_answers_stand_under_their_own_questions() -> None:
    application = make.application_begun()
    owner = make.acting(make.applicant_of(application.organisation), "2027-03-02")
    given = make.answers()
    told: dict[str, str] = {}
    for section, answers in given.items():
        for key, value in answers.items():
            if value in ("按实际情况填写的说明。", "周示例"):
                told[f"{section}.{key}"] = given[section][key] = f"{section}里{key}的话"
        application = draft.save_section(
            actor=owner, application=application, section=section, answers=answers, expected_version=application.version
        )
    make.partner(application.organisation)
    for kind, spec in make.MATERIALS.items():
        if spec.required:
            draft.add_material(
                actor=owner, application=application, kind=kind, upload=make.upload(), stamped=spec.stamped
            )
    make.submit(application)
    heads, row = table(make.user(Role.MUNICIPAL), application)[FILLED]
    asked = [(section, field) for section in make.SECTIONS.values() for field in section.fields]
    assert heads == ["申报编号", "申报单位", "版本", *(f"{section.title}：{field.label}" for section, field in asked)]
    assert row[:3] == [application.number, application.organisation.name, 1]
    found = {f"{section.key}.{field.key}": value for (section, field), value in zip(asked, row[3:], strict=True)}
    assert {place: found[place] for place in told} == told
    assert {value for value in found.values() if "的话" in str(value)} == set(told.values())


def test_the_notes_name_who_asked_when_for_what_and_how_much() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    person = make.user(Role.MUNICIPAL)
    notes = table(person, application, 年度="2027", 状态="初审")[NOTES]
    assert notes[:5] == [
        ["事项", "内容"],
        ["导出人", person.name],
        ["申请时间", datetime(2027, 7, 1, 10, 0)],
        ["筛选条件", "年度：2027；状态：初审"],
        ["申报项数", 1],
    ]
    assert [each[0] for each in notes[5:]] == ["导出编号", "说明", "保管"]
    assert table(person, application)[NOTES][3] == ["筛选条件", "无"]


def test_a_cancelled_receipt_and_an_older_version_s_paper_do_not_count() -> None:
    application = make.carried_to(State.CERTIFICATION)
    office = make.user(Role.MUNICIPAL)
    place = HEADS.index("盖章纸质材料份数")
    assert table(office, application)[LIST][1][place] == 2
    receipt = application.receipts.get()
    make.paper.void_receipt(actor=make.acting(office, "2027-06-03"), receipt=receipt, reason="登记有误")
    assert table(office, application)[LIST][1][place] == 0


@pytest.mark.clause("4.1-materials")
def test_the_archive_s_directory_names_each_thing_in_its_place() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    application = make.send_back(application, sections={"materials": "请更换"})
    owner = make.acting(make.applicant_of(application.organisation), "2027-05-02")
    old = application.materials.get(kind=Material.MaterialKind.BASE_PLAN)
    draft.remove_material(actor=owner, material=old)
    draft.add_material(
        actor=owner,
        application=application,
        kind=Material.MaterialKind.BASE_PLAN,
        upload=make.upload("新计划.pdf"),
        stamped=True,
    )
    make.submit(application, "2027-05-03")
    application.refresh_from_db()
    actor = make.acting(make.user(Role.MUNICIPAL), NOW)
    job = made(making.export_archive(actor=actor, application=application))
    packed = archive(job)
    folder = f"{application.number} {application.organisation.name}"
    listing = json.loads(packed.read(f"{folder}/目录.json"))

    kept = list(application.materials.select_related("file").order_by("kind", "pk"))
    identity = Material.MaterialKind.REPRESENTATIVE_ID
    titles = [str(make.MATERIALS[row.kind].title) for row in kept]
    paths = [
        "" if row.kind == identity else f"材料/{place:02d} {title}/{row.file.name}"
        for place, (row, title) in enumerate(zip(kept, titles, strict=True), 1)
    ]
    notes = [
        "身份证件不随档案导出，请在门户内查看"
        if row.kind == identity
        else "后来移除，属于较早的版本"
        if row.pk == old.pk
        else ""
        for row in kept
    ]
    assert [each["title"] for each in listing["materials"]] == titles
    assert [each["name"] for each in listing["materials"]] == [row.file.name for row in kept]
    assert [each["path"] for each in listing["materials"]] == paths
    assert [each["note"] for each in listing["materials"]] == notes
    assert [(each["title"], each["path"], each["note"]) for each in listing["versions"]] == [
        (
            f"第 {row.version} 版申报书",
            f"申报书/第{row.version}版.pdf",
            f"校验码 {row.print.verify_code if row.print else ''}",
        )
        for row in application.submissions.order_by("version")
    ]
    facts = {key: listing[key] for key in list(listing) if key not in ("versions", "materials")}
    assert facts == {
        "number": application.number,
        "year": 2027,
        "organisation": application.organisation.name,
        "credit_code": application.organisation.credit_code,
        "state": "市科协初审" if application.state == State.INITIAL_REVIEW else facts["state"],
        "exported_at": "2027-07-01T10:00:00+08:00",
        "export": job.public_id,
    }
    written = ["申报书/第1版.pdf", "申报书/第2版.pdf", *filter(None, paths), "目录.json", "目录.html", "SHA256SUMS.txt"]
    assert packed.namelist() == [f"{folder}/{each}" for each in written]
    sums = packed.read(f"{folder}/SHA256SUMS.txt").decode().splitlines()
    assert [line.split("  ", 1)[1] for line in sums] == written[:-1]
