"""The vocabularies every floor shares: kinds of organisation, levels of affiliation, roles, jurisdictions."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What an organisation is (`3.1-kinds`)."""

    PARK = "park"
    SOCIETY = "society"
    DISTRICT_CAST = "district_cast"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    ENTERPRISE = "enterprise"
    PUBLIC_INSTITUTION = "public_institution"


class Level(StrEnum):
    """To which level of administration an organisation belongs; NONE includes private firms (`4.1-direct`)."""

    CENTRAL = "central"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    DISTRICT = "district"
    NONE = "none"


class Role(StrEnum):
    """Who acts. SYSTEM is the portal itself, doing what a date brings about."""

    APPLICANT = "applicant"
    DISTRICT = "district"
    MUNICIPAL = "municipal"
    LEADER = "leader"
    EXPERT = "expert"
    ADMIN = "admin"
    AUDITOR = "auditor"
    SYSTEM = "system"


KIND_LABELS: dict[str, str] = {
    Kind.PARK.value: "园区",
    Kind.SOCIETY.value: "学会（协会、研究会）",
    Kind.DISTRICT_CAST.value: "区（市、县）科协",
    Kind.UNIVERSITY.value: "高等院校",
    Kind.INSTITUTE.value: "科研院所",
    Kind.ENTERPRISE.value: "企业",
    Kind.PUBLIC_INSTITUTION.value: "事业单位",
}

LEVEL_LABELS: dict[str, str] = {
    Level.CENTRAL.value: "中央所属",
    Level.PROVINCIAL.value: "省属",
    Level.MUNICIPAL.value: "市属",
    Level.DISTRICT.value: "区（市、县）属",
    Level.NONE.value: "无隶属关系（含民营）",
}

ROLE_LABELS: dict[str, str] = {
    Role.APPLICANT.value: "申报单位",
    Role.DISTRICT.value: "区市县科协／先导区",
    Role.MUNICIPAL.value: "市科协学会部",
    Role.LEADER.value: "市科协领导",
    Role.EXPERT.value: "评审专家",
    Role.ADMIN.value: "系统管理员",
    Role.AUDITOR.value: "审计员",
    Role.SYSTEM.value: "系统",
}

ROUTE_MUNICIPAL = "municipal"


class Jurisdiction(NamedTuple):
    """A district by its national code, or a pioneer zone by our own; `within` is the one district a zone lies in."""

    code: str
    name: str
    kind: str
    within: str


JURISDICTIONS: tuple[Jurisdiction, ...] = (
    Jurisdiction("210202", "中山区", "district", ""),
    Jurisdiction("210203", "西岗区", "district", ""),
    Jurisdiction("210204", "沙河口区", "district", ""),
    Jurisdiction("210211", "甘井子区", "district", ""),
    Jurisdiction("210212", "旅顺口区", "district", ""),
    Jurisdiction("210213", "金州区", "district", ""),
    Jurisdiction("210214", "普兰店区", "district", ""),
    Jurisdiction("210224", "长海县", "district", ""),
    Jurisdiction("210281", "瓦房店市", "district", ""),
    Jurisdiction("210283", "庄河市", "district", ""),
    Jurisdiction("jinpu", "金普新区", "zone", "210213"),
    Jurisdiction("gaoxin", "高新技术产业园区", "zone", ""),
    Jurisdiction("changxingdao", "长兴岛经济技术开发区", "zone", "210281"),
    Jurisdiction("huayuankou", "花园口经济区", "zone", "210283"),
    Jurisdiction("taipingwan", "太平湾合作创新区", "zone", "210281"),
)

JURISDICTION_NAMES: dict[str, str] = {place.code: place.name for place in JURISDICTIONS}


def route_label(target: str) -> str:
    """The name of where a route leads: the municipal CAST or a jurisdiction. Raises KeyError for an unknown target."""
    return "大连市科协" if target == ROUTE_MUNICIPAL else JURISDICTION_NAMES[target]
