"""Who may apply, and where an application goes (`3.1-applicant`, `3.1-kinds`, `4.1-direct`, `4.1-via-district`)."""

from __future__ import annotations

from dataclasses import dataclass

from haizhi_portal.policy.identifiers import legal_person_verdict
from haizhi_portal.policy.verdict import RuleViolation, Verdict
from haizhi_portal.policy.words import JURISDICTION_NAMES, JURISDICTIONS, LEVEL_LABELS, ROUTE_MUNICIPAL, Kind, Level

LEVELS_OF_THE_CITY = frozenset({Level.CENTRAL, Level.PROVINCIAL, Level.MUNICIPAL})
_ZONES = frozenset(place.code for place in JURISDICTIONS if place.kind == "zone")


@dataclass(frozen=True, slots=True)
class Route:
    """Where the application goes first ("municipal" or a jurisdiction's code), by which clause, and why."""

    target: str
    clause: str
    reason: str

    @property
    def is_direct(self) -> bool:
        return self.target == ROUTE_MUNICIPAL


def society_verdict(*, kind: str, level: str) -> Verdict:
    """A society must be a municipal one; asked before anything else is typed."""
    if kind == Kind.SOCIETY and level != Level.MUNICIPAL:
        return Verdict.no(
            "3.1-kinds",
            f"学会（协会、研究会）中只有市级的可以申报，贵单位选择的是“{LEVEL_LABELS[level]}”。"
            "如属市级学会，请改选“市属”；否则可与所在的高校、院所或企业商议，由其以法人身份申报。",
        )
    return Verdict.yes("3.1-kinds")


def place_verdict(in_dalian: bool) -> Verdict:
    """Only units in Dalian apply."""
    if in_dalian:
        return Verdict.yes("3.1-applicant")
    return Verdict.no(
        "3.1-applicant",
        "只有在大连市内的单位可以申报。如在大连设有独立法人的子公司或院所，请以该法人的名义申报。",
    )


def eligibility(*, kind: str, level: str, in_dalian: bool, is_branch: bool, credit_code: str | None) -> Verdict:
    """Whether such a unit may apply at all; `credit_code` None when it is not known yet.

    Raises ValueError for a word outside `Kind` or `Level`.
    """
    kind, level = Kind(kind), Level(level)
    society = society_verdict(kind=kind, level=level)
    if not society:
        return society
    if not (place := place_verdict(in_dalian)):
        return place
    if is_branch or credit_code is not None:
        return legal_person_verdict(credit_code, is_branch)
    return Verdict.yes("3.1-applicant")


def obstacles(
    *, kind: str, level: str, in_dalian: bool, is_branch: bool, credit_code: str | None
) -> list[tuple[str, Verdict]]:
    """Every reason why such a unit may not apply, by the question it answers; empty when it may.

    Like `eligibility`, which stops at the first. Raises ValueError for a word outside `Kind` or `Level`.
    """
    verdicts = (
        ("level", society_verdict(kind=Kind(kind), level=Level(level))),
        ("in_dalian", place_verdict(in_dalian)),
        ("is_branch", legal_person_verdict(None, is_branch)),
        ("credit_code", legal_person_verdict(credit_code, False)),
    )
    return [(question, verdict) for question, verdict in verdicts if not verdict]


def route(*, kind: str, level: str, jurisdiction: str | None) -> Route:
    """Where the application of such a unit goes first.

    Raises `RuleViolation` for a society that is not municipal and for a missing or unknown jurisdiction where one is
    needed; ValueError for a word outside `Kind` or `Level`.
    """
    kind, level = Kind(kind), Level(level)
    society_verdict(kind=kind, level=level).require(field="level", code="not_eligible")
    if kind is Kind.SOCIETY:
        return Route(ROUTE_MUNICIPAL, "4.1-direct", "市级学会（协会、研究会）直接向市科协申报。")
    if kind is Kind.DISTRICT_CAST:
        return Route(ROUTE_MUNICIPAL, "4.1-direct", "区（市、县）科协直接向市科协申报。")
    if level in LEVELS_OF_THE_CITY:
        return Route(
            ROUTE_MUNICIPAL, "4.1-direct", f"隶属关系为“{LEVEL_LABELS[level]}”，市属及以上单位直接向市科协申报。"
        )
    if not jurisdiction or jurisdiction not in JURISDICTION_NAMES:
        raise RuleViolation(
            clause="4.1-via-district",
            message="请选择单位实际所在的区（市、县）或先导区，申报材料先由该处审核。",
            field="jurisdiction",
            code="jurisdiction_missing",
        )
    body = "负责科协工作的部门" if jurisdiction in _ZONES else "科协"
    return Route(
        jurisdiction,
        "4.1-via-district",
        f"隶属关系为“{LEVEL_LABELS[level]}”，材料先报所在的{JURISDICTION_NAMES[jurisdiction]}{body}审核，同意后转市科协。",
    )
