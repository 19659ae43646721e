"""The facts of the printed application form, whatever the sections ask (`4.1-paper`)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from applications.models import Application
from applications.rich import as_html
from applications.sections import (
    CONDITIONS,
    MATERIALS,
    SECTIONS,
    Column,
    Field,
    blank,
    frozen_outline,
    see_plan,
    shown,
    upgraded,
)
from applications.sections import in_words as said
from haizhi_portal.policy.periods import local_day
from haizhi_portal.policy.words import KIND_LABELS, LEVEL_LABELS, route_label


def printed(
    application: Application, content: Mapping[str, Any], *, version: int | None, check_code: str = ""
) -> dict[str, Any]:
    """The facts of a form as the document renderer takes them; without a ``version`` it is a draft."""
    organisation, answers, outline = content["organisation"], upgraded(content["answers"]), frozen_outline(content)
    submitted_at = application.submitted_at if version is not None else None
    return {
        "number": application.number,
        "year": str(application.call.year),
        "version": None if version is None else str(version),
        "check_code": check_code,
        "organisation": organisation
        | {"kind": str(KIND_LABELS[organisation["kind"]]), "level": str(LEVEL_LABELS[organisation["level"]])},
        "route": route_label(content["route"]) if content["route"] else "",
        "sections": [
            {
                "title": _(section.title),
                "answers": [
                    _answer(field, answers.get(section.key, {}).get(field.key), outline) for field in section.fields
                ],
            }
            for section in SECTIONS.values()
            if section.fields
        ],
        "materials": [_material(row) for row in content["materials"]],
        "partners": content["partners"],
        "submitted_at": local_day(submitted_at).isoformat() if submitted_at else "",
    }


def _answer(field: Field, value: Any, outline: Mapping[str, str]) -> dict[str, Any]:
    """One question with its answer in words; formatted text stays as it is, a table becomes rows of words."""
    answer: dict[str, Any] = {"label": _(field.label), "kind": field.kind}
    if field.covered and blank(value) and field.key in outline:
        return answer | {"kind": "long", "value": see_plan(outline[field.key])}
    if field.kind == "rich":
        return answer | {"value": as_html(value)}
    if field.kind != "rows":
        return answer | {"value": said(field, value)}
    columns = [{"label": _(column.label), "kind": column.kind} for column in field.columns]
    rows = value if isinstance(value, list) else []
    return answer | {"columns": columns, "value": [in_words(field.columns, row) for row in rows]}


def in_words(columns: tuple[Column, ...], row: Mapping[str, Any]) -> list[str]:
    """One record of a table of answers, cell by cell; a choice as its words, a day in Chinese."""
    cells = []
    for column in columns:
        value = row.get(column.key)
        words = dict(column.choices).get(str(value))
        cells.append(_(words) if words else shown(value))
    return cells


def _material(row: Mapping[str, Any]) -> dict[str, Any]:
    title = _(MATERIALS[row["kind"]].title)
    about = {key: label for key, label, _hint in CONDITIONS}.get(row.get("about") or "")
    return {
        "kind": _("%(title)s：%(about)s") % {"title": title, "about": _(about)} if about else title,
        "name": row["name"],
        "size": str(row["size"]),
        "pages": row.get("pages"),
        "sha256": row["sha256"],
        "stamped": _("是") if row["stamped"] else _("否"),
    }
