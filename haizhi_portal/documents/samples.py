"""Fixed facts for one specimen of every kind of document. Units and people are invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from haizhi_portal.documents.models import Document

Kind = Document.Kind

_UNIT = "大连滨城示例海洋工程研究院"
_BASE = f"大连市科协海智工作基地（{_UNIT}）"
_CODE = "12210200422420013N"


@dataclass(frozen=True)
class Sample:
    """What `render_pdf` takes for one specimen."""

    kind: str
    title: str
    facts: dict[str, Any] = field(repr=False)
    number: str
    verify_code: str
    dated_on: date = date(2027, 9, 1)


_DIRECTORS = "从事海洋工程装备与近海环境监测研究，设四个研究室和一个中试平台，在职科研人员 86 人，其中高级职称 31 人。"
_SECTIONS: list[dict[str, Any]] = [
    {
        "title": "单位与联系人",
        "answers": [
            {"label": "成立日期", "kind": "date", "value": "1998年6月1日"},
            {"label": "职工人数", "kind": "integer", "value": "112"},
            {"label": "其中研发人员", "kind": "integer", "value": "86"},
            {"label": "基地负责人", "kind": "text", "value": "赵海明"},
            {"label": "联系人", "kind": "text", "value": "孙示例"},
        ],
    },
    {
        "title": "组织实施条件",
        "answers": [
            {"label": "工作规程：已具备", "kind": "yes", "value": "是"},
            {
                "label": "工作规程：说明与依据",
                "kind": "long",
                "value": "《海智工作基地工作规程》，2026 年 3 月起施行。",
            },
            {"label": "财务制度：已具备", "kind": "yes", "value": "是"},
            {"label": "财务制度：说明与依据", "kind": "long", "value": "专账管理，执行本院财务制度第四章。"},
            {"label": "办公场地：已具备", "kind": "yes", "value": "是"},
            {"label": "办公场地：说明与依据", "kind": "long", "value": "院本部 6 楼，120 平方米，自有。"},
        ],
    },
    {
        "title": "基地计划书",
        "answers": [
            {
                "label": "单位简介：基本情况",
                "kind": "rich",
                "value": f"<p>{_DIRECTORS}</p><p>近三年的主要工作：</p><ul>"
                "<li>完成<strong>海外合作项目</strong> 5 项；</li>"
                "<li>获授权发明专利 17 件；</li><li>两项成果在长兴岛实现转化。</li></ul>",
            },
            {
                "label": "优势与保障条件",
                "kind": "long",
                "value": "学科集中、平台开放、经费稳定，院务会每半年专题研究一次。\n"
                "设海智工作领导小组，由院长任组长；日常工作由国际合作处承担，专职 2 人、兼职 3 人。"
                "2027 年度预算 35 万元，由本院自筹。",
            },
            {
                "label": "工作计划",
                "kind": "rows",
                "columns": [
                    {"label": "事项", "kind": "text"},
                    {"label": "完成日期", "kind": "date"},
                    {"label": "负责人", "kind": "text"},
                ],
                "value": [
                    ["建立海外专家名录，签订首批聘任协议", "2027年12月31日", "周示例"],
                    ["举办近海环境监测国际研讨会", "2028年6月30日", "吴示例"],
                    ["海外合作项目落地中试平台", "2029年6月30日", "郑示例"],
                ],
            },
            {
                "label": "预期目标",
                "kind": "rows",
                "columns": [
                    {"label": "指标", "kind": "text"},
                    {"label": "目标值", "kind": "integer"},
                    {"label": "完成年度", "kind": "integer"},
                ],
                "value": [["引进海外人才（人次）", "10", "2030"], ["落地合作项目（项）", "4", "2030"]],
            },
        ],
    },
]

_FORM = {
    "number": "2027-0003",
    "year": 2027,
    "version": 2,
    "check_code": "2345ABCDEFGHJKMN",
    "organisation": {
        "name": _UNIT,
        "credit_code": _CODE,
        "kind": "institute",
        "level": "municipal",
        "place": "甘井子区",
        "legal_representative": "赵海明",
        "address": "大连市甘井子区示例路 18 号",
    },
    "route": "municipal",
    "sections": _SECTIONS,
    "materials": [
        {
            "kind": "基地计划书",
            "name": "海智工作基地建设计划书.pdf",
            "size": 1486231,
            "pages": 36,
            "sha256": "3f1c9a0be7d24c55a1b86e0f9d7742c1e6a05b83d9f01c47ab2e68d5037f94ce",
            "stamped": True,
        },
        {
            "kind": "法人资格证书",
            "name": "事业单位法人证书（盖章）.pdf",
            "size": 482133,
            "pages": 1,
            "sha256": "b07d1d7a9f4ee2c5630c0c1d88f7a4f26d5f0be1c0ac7a7ce14bb4a5dd2f7c11",
            "stamped": True,
        },
        {
            "kind": "海外联系材料",
            "name": "战略合作协议（中英文）.pdf",
            "size": 2097152,
            "pages": 18,
            "sha256": "9be3d1a2740c5f86e1fbd39e6a5a8c1f0d4b7e29a36c58f1e0b2c4d6a8f09e7d",
            "stamped": False,
        },
    ],
    "partners": [
        {
            "name": "北海示例海洋学会",
            "foreign_name": "Example Society of Ocean Engineering",
            "country": "挪威",
            "kind": "科技社团",
            "since": "2024-05-20",
            "until": "2029-05-19",
            "cooperation": "联合培养与技术对接，每年互访一次。",
        },
        {
            "name": "示例湾理工大学",
            "foreign_name": "Example Bay Institute of Technology",
            "country": "新加坡",
            "kind": "高等院校",
            "since": "2025-01-01",
            "until": "",
            "cooperation": "共建近海监测联合实验室。",
        },
    ],
    "submitted_at": "2027-08-12T09:30:00+08:00",
}

_UNITS = [
    (_UNIT, "HZ2027-01"),
    ("大连示例智能装备有限公司", "HZ2027-02"),
    ("大连市示例生物技术学会", "HZ2027-03"),
    ("大连示例理工大学", "HZ2027-04"),
    ("大连高新区示例软件园", "HZ2027-05"),
]

SAMPLES: tuple[Sample, ...] = (
    Sample(
        Kind.APPLICATION_FORM,
        "2027年度大连市科协海智工作基地申报书",
        _FORM,
        "",
        "2345ABCDEFGHJKMN",
        date(2027, 8, 12),
    ),
    Sample(
        Kind.DESIGNATION_NOTICE,
        "大连市科学技术协会关于认定2027年度海智工作基地的通知",
        {
            "year": 2027,
            "units": [
                {
                    "organisation": name,
                    "base_name": f"大连市科协海智工作基地（{name}）",
                    "base_number": number,
                    "starts_on": "2027-09-01",
                    "expires_on": "2030-09-01",
                }
                for name, number in _UNITS
            ],
        },
        "大科协发〔2027〕12号",
        "3456BCDEFGHJKMNP",
    ),
    Sample(
        Kind.REPLY,
        f"大连市科学技术协会关于同意{_UNIT}设立海智工作基地的批复",
        {
            "organisation": _UNIT,
            "base_name": _BASE,
            "base_number": "HZ2027-01",
            "starts_on": "2027-09-01",
            "expires_on": "2030-09-01",
            "years": 3,
        },
        "大科协批〔2027〕3号",
        "4567CDEFGHJKMNPQ",
    ),
    Sample(
        Kind.CERTIFICATE,
        "大连市科协海智工作基地证书",
        {
            "organisation": _UNIT,
            "base_name": _BASE,
            "base_number": "HZ2027-01",
            "plaque_number": "HZ2027-01-P1",
            "plaque_text": f"大连市科协海智工作基地\n{_UNIT}\n大连市科学技术协会\n二〇二七年九月",
            "starts_on": "2027-09-01",
            "expires_on": "2030-09-01",
            "term": 1,
        },
        "大科协证〔2027〕1号",
        "5678DEFGHJKMNPQR",
    ),
    Sample(
        Kind.RENEWAL_DECISION,
        f"大连市科学技术协会关于{_UNIT}海智工作基地重新授牌的决定",
        {
            "organisation": _UNIT,
            "base_name": _BASE,
            "base_number": "HZ2027-01",
            "old_expires_on": "2030-09-01",
            "starts_on": "2030-09-02",
            "expires_on": "2033-09-01",
            "plaque_number": "HZ2027-01-P2",
        },
        "大科协发〔2030〕9号",
        "6789EFGHJKMNPQRS",
        date(2030, 8, 20),
    ),
    Sample(
        Kind.NON_RENEWAL_NOTICE,
        f"大连市科学技术协会关于{_UNIT}海智工作基地不予续期的通知",
        {
            "organisation": _UNIT,
            "base_name": _BASE,
            "base_number": "HZ2027-01",
            "expires_on": "2030-09-01",
            "reason": "本有效期内海外合作方由四家减为一家，未达到方案规定的最低要求；后两个年度的引才计划均未完成。",
            "ended_on": "2030-09-02",
        },
        "大科协发〔2030〕10号",
        "789AFGHJKMNPQRST",
        date(2030, 8, 20),
    ),
    Sample(
        Kind.WITHDRAWAL_DECISION,
        f"大连市科学技术协会关于取消{_UNIT}海智工作基地资格的决定",
        {
            "organisation": _UNIT,
            "base_name": _BASE,
            "base_number": "HZ2027-01",
            "ground": "two_failures",
            "years": [2028, 2029],
            "reason": "两个年度均未举办有一定规模的活动，年度计划未完成，经书面提醒后仍未改正。",
            "ended_on": "2030-04-10",
        },
        "大科协发〔2030〕4号",
        "89ABGHJKMNPQRSTU",
        date(2030, 4, 10),
    ),
    Sample(
        Kind.EVALUATION_NOTICE,
        f"大连市科学技术协会关于{_UNIT}海智工作基地2028年度评估结果的通知",
        {
            "organisation": _UNIT,
            "base_name": _BASE,
            "base_number": "HZ2027-01",
            "year": 2028,
            "score": "91.50",
            "result": "excellent",
            "rows": [
                ["制度、人员、场地和年度预算", "14.00", "15.00"],
                ["引才引智计划的制定与完成", "18.50", "20.00"],
                ["活动、合作与交办任务", "32.00", "35.00"],
                ["资源库的建立与更新", "9.00", "10.00"],
                ["海外联系渠道的拓展", "8.50", "10.00"],
                ["信息报送", "9.50", "10.00"],
            ],
        },
        "大科协发〔2029〕6号",
        "9ABCHJKMNPQRSTUV",
        date(2029, 3, 5),
    ),
)
