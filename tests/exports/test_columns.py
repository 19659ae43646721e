"""Each column of the list for Excel holds what its heading says, in the order of the headings."""

from datetime import date, datetime
from typing import Any

import pytest

from applications.actions import making
from applications.models import Application
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.exports import kit

pytestmark = pytest.mark.django_db
State = Application.State


@pytest.fixture(autouse=True)
def _quick_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("haizhi_portal.documents.rendering.typeset_apart", lambda html, identifier: make.pdf())


def listed() -> list[dict[str, Any]]:
    actor = make.acting(make.user(Role.MUNICIPAL), kit.NOW)
    job = kit.made(making.export_table(actor=actor, selection=kit.everything(), filters={}))
    head, *rows = kit.sheets(job)["申报清单"]
    return [dict(zip(head, row, strict=True)) for row in rows]


def as_read(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) and value.time() == datetime.min.time() else value


def test_every_column_holds_what_it_says() -> None:
    first = make.carried_to(State.CERTIFICATION)
    second = make.carried_to(State.INITIAL_RETURNED, in_call=first.call)
    make.carried_to(State.DECLINED, make.municipal_unit(), first.call)
    make.open_round(first.call)

    rows = [{key: as_read(value) for key, value in row.items()} for row in listed()]
    assert list(rows[0]) == [
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
    unit = first.organisation
    assert rows[0] == {
        "申报编号": "2027-0001",
        "年度": 2027,
        "申报单位": unit.name,
        "统一社会信用代码": unit.credit_code,
        "单位性质": "企业",
        "隶属关系": "无隶属关系（含民营）",
        "所在辖区": "甘井子区",
        "报送去向": "甘井子区",
        "状态": "专家认证",
        "首次提交时间": rows[0]["首次提交时间"],
        "现行版本": 1,
        "补正截止日": None,
        "辖区同意日期": date(2027, 5, 1),
        "初审通过日期": date(2027, 6, 1),
        "盖章纸质材料份数": 2,
        "进入认证日期": date(2027, 6, 20),
        "列入名单日期": None,
        "办结日期": None,
        "办结理由": None,
    }
    assert rows[0]["首次提交时间"].date() == date(2027, 3, 15)
    returned = rows[1]
    assert (returned["申报编号"], returned["补正截止日"]) == ("2027-0002", second.correct_by)
    assert (returned["盖章纸质材料份数"], returned["初审通过日期"], returned["进入认证日期"]) == (0, None, None)
    declined = rows[2]
    assert (declined["隶属关系"], declined["报送去向"], declined["状态"]) == ("市属", "大连市科协", "未通过")
    assert (declined["办结日期"], declined["办结理由"], declined["辖区同意日期"]) == (
        date(2027, 6, 1),
        "条件不足",
        None,
    )
