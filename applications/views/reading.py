"""An application laid out for reading: the same on the check page, in review, for experts and for old versions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.sections import CONDITIONS, MATERIALS, SECTIONS, Section, frozen_materials, frozen_partners
from applications.versions import period, shown


@dataclass(frozen=True, slots=True)
class Part:
    """One section: answered questions, partners and files, whichever it has; ``remark`` is a reviewer's word on it."""

    key: str
    title: str
    rows: list[tuple[str, str]]
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
    for section in SECTIONS.values():
        answers = content["answers"].get(section.key, {})
        found.append(
            Part(
                key=section.key,
                title=_(section.title),
                rows=_conditions(answers) if section.key == "conditions" else _rows(section, answers),
                partners=_partners(content) if section.key == "channels" else [],
                files=files(content, kinds) if section.key == "materials" else [],
                remark=remarks.get(section.key, ""),
            )
        )
    return found


def _partners(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Partners with the days of the partnership in words."""
    return [row | {"period": period(row["since"], row["until"])} for row in content["partners"]]


def _rows(section: Section, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(_(each.label), shown(answers.get(each.key))) for each in section.fields]


def _conditions(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each condition on one line: whether it is met, and what was written about it."""
    rows = []
    for key, label, _hint in CONDITIONS:
        met = _("已具备") if answers.get(f"{key}_met") else _("未声明")
        note = str(answers.get(f"{key}_note") or "")
        rows.append((_(label), f"{met}\n{note}".strip()))
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
