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


_SECTIONS = [
    {
        "title": "单位基本情况",
        "rows": [
            ["单位简介", "从事海洋工程装备与近海环境监测研究，设四个研究室和一个中试平台，在职科研人员 86 人。"],
            ["组织架构", "设海智工作领导小组，由院长任组长；日常工作由国际合作处承担，专职 2 人、兼职 3 人。"],
            ["主要成果", "近三年完成海外合作项目 5 项，获授权发明专利 17 件，两项成果在长兴岛实现转化。"],
        ],
    },
    {
        "title": "申报条件",
        "rows": [
            ["工作规程", "已制定《海智工作基地工作规程》，2026 年 3 月起施行。"],
            ["财务制度", "专账管理，执行本院财务制度第四章。"],
            ["年度工作计划", "2027 年计划引进专家 3 人，举办国际研讨会 1 次。"],
            ["人员", "专职 2 人，兼职 3 人。"],
            ["办公场地", "院本部 6 楼，120 平方米，自有。"],
            ["工作经费", "2027 年度预算 35 万元，由本院自筹。"],
        ],
    },
    {
        "title": "渠道与平台",
        "rows": [
            ["海外联系渠道", "与两家海外科技团体签有合作协议，每季度举行一次线上例会。"],
            ["承接平台", "海洋装备中试平台，可同时承接 4 个项目团队入驻。"],
        ],
    },
    {
        "title": "建设计划",
        "rows": [
            ["目的和意义", "面向海洋强市建设，汇聚海外智力，补齐深水装备关键技术短板。"],
            ["优势和保障", "学科集中、平台开放、经费稳定，院务会每半年专题研究一次。"],
            ["计划和目标", "三年内引进海外人才 10 人次，落地合作项目 4 项，举办国际学术活动 3 场。"],
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
            "sha256": "3f1c9a0be7d24c55a1b86e0f9d7742c1e6a05b83d9f01c47ab2e68d5037f94ce",
            "stamped": True,
        },
        {
            "kind": "法人资格证书",
            "name": "事业单位法人证书（盖章）.pdf",
            "size": 482133,
            "sha256": "b07d1d7a9f4ee2c5630c0c1d88f7a4f26d5f0be1c0ac7a7ce14bb4a5dd2f7c11",
            "stamped": True,
        },
        {
            "kind": "海外联系材料",
            "name": "战略合作协议（中英文）.pdf",
            "size": 2097152,
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
