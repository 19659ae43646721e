"""What a submitted version freezes and what differs between two versions (`4.1-paper`)."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from applications.models import Application, Submission
from applications.sections import (
    CONDITIONS,
    MATERIALS,
    SECTIONS,
    Field,
    Section,
    frozen_materials,
    frozen_partners,
    in_words,
    numbered,
    rows_in_words,
    shown,
    upgraded,
)
from applications.word_diff import Piece, compare, folded
from haizhi_portal.policy.figures import Figures


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that reads otherwise in the newer version."""

    section: str
    section_title: str
    label: str
    before: str
    after: str
    field: str = ""

    @property
    def pieces(self) -> list[Piece]:
        """Word by word, long unchanged stretches folded."""
        return folded(compare(self.before, self.after))


def frozen(application: Application, figures: Figures, partners: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything a version consists of, in plain values; the partners as `frozen_partners` found them."""
    organisation = application.organisation
    return {
        "answers": application.answers,
        "materials": frozen_materials(application),
        "partners": partners,
        "organisation": {
            "name": organisation.name,
            "credit_code": organisation.credit_code,
            "kind": organisation.kind,
            "level": organisation.level,
            "place": organisation.jurisdiction.name,
            "legal_representative": organisation.legal_representative,
            "address": organisation.address,
        },
        "route": application.route,
        "edition": figures.edition,
    }


def period(since: str, until: str) -> str:
    """A partnership's days, kept as ISO text, in words; without an end it is open."""
    if until:
        return _("%(since)s至%(until)s") % {"since": shown(since), "until": shown(until)}
    return _("%(since)s起，长期") % {"since": shown(since)}


def differences(older: Submission, newer: Submission | Application) -> list[Difference]:
    """What changed from one version to a later one, or to the application as it is being corrected."""
    before = older.content
    if isinstance(newer, Application):
        after: dict[str, Any] = {
            "answers": newer.answers,
            "materials": frozen_materials(newer),
            "partners": frozen_partners(newer),
        }
    else:
        after = newer.content
    found: list[Difference] = []
    for section in SECTIONS.values():
        title = _(section.title)
        old, new = _answers(before).get(section.key, {}), _answers(after).get(section.key, {})
        for field in section.fields:
            found += _answered(section, field, old.get(field.key), new.get(field.key))
        if section.key == "channels":
            was, now = _partners(before), _partners(after)
            found += _listed(section.key, title, _("海外合作伙伴"), was, now, "partners")
        for kind, spec in MATERIALS.items():
            if spec.section == section.key:
                was, now = _files(before, kind), _files(after, kind)
                found += _listed(section.key, title, _(spec.title), was, now, kind)
    return found


def _answers(content: dict[str, Any]) -> dict[str, Any]:
    return upgraded(content["answers"])


def _answered(section: Section, field: Field, before: Any, after: Any) -> list[Difference]:
    """What an answer to one question was and is; of a table only the rows that read otherwise."""
    title, label = _(section.title), _(field.label)
    old, new = in_words(field, before), in_words(field, after)
    if old == new:
        return []
    if field.kind == "rows":
        old, new = _rows_apart(rows_in_words(field, before), rows_in_words(field, after))
    return [Difference(section.key, title, label, old, new, field.key)]


def _rows_apart(old: list[str], new: list[str]) -> tuple[str, str]:
    """The rows that are in one of two tables only, each with its number there."""
    gone = [(number, words) for number, words in enumerate(old, start=1) if words not in new]
    come = [(number, words) for number, words in enumerate(new, start=1) if words not in old]
    if not gone and not come:
        return _("（各行内容不变，次序或重复的行有变化）"), "\n".join(numbered(enumerate(new, start=1)))
    return "\n".join(numbered(gone)), "\n".join(numbered(come))


def _listed(section: str, title: str, label: str, before: list[str], after: list[str], field: str) -> list[Difference]:
    if before == after:
        return []
    return [Difference(section, title, label, "；".join(before), "；".join(after), field)]


def _partners(content: dict[str, Any]) -> list[str]:
    return [
        f"{row['name']}（{row['country']}，{period(row['since'], row['until'])}）{row['cooperation']}"
        for row in content["partners"]
    ]


def _files(content: dict[str, Any], kind: str) -> list[str]:
    about = {key: _(title) for key, title, _hint in CONDITIONS}
    return [
        f"{about.get(row.get('about', ''), '')} {row['name']}（{row['sha256'][:8]}）".strip()
        for row in content["materials"]
        if row["kind"] == kind
    ]
