"""An application laid out for reading: the same on the check page, in review, for experts and for old versions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.sections import (
    CONDITIONS,
    MATERIALS,
    SECTIONS,
    Laid,
    Section,
    frozen_materials,
    frozen_outline,
    frozen_partners,
    laid_out,
    see_plan,
    upgraded,
)
from applications.versions import period


class Row(NamedTuple):
    """One question with its answer; ``key`` is what comments and checks on it name."""

    label: str
    value: Laid
    key: str


@dataclass(frozen=True, slots=True)
class Part:
    """One section: answered questions, partners and files, whichever it has; ``remark`` is a reviewer's word on it."""

    key: str
    title: str
    rows: list[Row]
    partners: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    remark: str = ""


def current(application: Application) -> dict[str, Any]:
    """The application as it stands now, in the shape a version keeps."""
    return {
        "answers": application.answers,
        "materials": frozen_materials(application),
        "partners": frozen_partners(application),
    }


def parts(
    content: Mapping[str, Any], *, remarks: Mapping[str, str] | None = None, kinds: Collection[str] | None = None
) -> list[Part]:
    """The sections of a version in the order of the form; of the files only those of ``kinds``, if given."""
    remarks = remarks or {}
    found = []
    given, outline = upgraded(content["answers"]), frozen_outline(content)
    for section in SECTIONS.values():
        answers = given.get(section.key, {})
        found.append(
            Part(
                key=section.key,
                title=_(section.title),
                rows=_conditions(section, content, answers)
                if section.key == "conditions"
                else _rows(section, answers, outline if section.key == "plan" else {}),
                partners=_partners(content) if section.key == "channels" else [],
                files=[row for row in files(content, kinds) if MATERIALS[row["kind"]].section == section.key],
                remark=remarks.get(section.key, ""),
            )
        )
    return found


def _partners(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Partners with the days of the partnership in words."""
    return [row | {"period": period(row["since"], row["until"])} for row in content["partners"]]


def _rows(section: Section, answers: Mapping[str, Any], outline: Mapping[str, str]) -> list[Row]:
    rows = []
    for each in section.fields:
        laid = laid_out(each, answers.get(each.key))
        if not laid.text and each.covered and each.key in outline:
            laid = Laid(see_plan(outline[each.key]))
        rows.append(Row(_(each.label), laid, each.key))
    return rows


def _conditions(section: Section, content: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Row]:
    """Each condition on one line: whether it is met, what was written about it, how much evidence; then its table."""
    rows = []
    for key, label, _hint in CONDITIONS:
        met, note = answers.get(f"{key}_met"), str(answers.get(f"{key}_note") or "")
        said = [_("已具备") if met else _("尚不具备") if met is False else _("未声明"), note]
        evidence = [row["name"] for row in content["materials"] if row.get("about") == key]
        if evidence:
            said.append(_("佐证材料：%(names)s") % {"names": "、".join(evidence)})
        rows.append(Row(_(label), Laid("\n".join(each for each in said if each)), key))
        for each in section.fields:
            if each.key in (f"{key}_list", f"{key}_amount"):
                rows.append(Row(_(each.label), laid_out(each, answers.get(each.key)), each.key))
    return rows


def files(content: Mapping[str, Any], kinds: Collection[str] | None = None) -> list[dict[str, Any]]:
    """The files of a version with their kind in words and their address."""
    return [
        row
        | {
            "url": reverse("applications:material_view", args=[row["id"]]),
            "note": _("%(title)s（已声明盖章）") % {"title": _(MATERIALS[row["kind"]].title)}
            if row["stamped"]
            else _(MATERIALS[row["kind"]].title),
        }
        for row in content["materials"]
        if kinds is None or row["kind"] in kinds
    ]
