"""What a submitted version freezes and what differs between two versions (`4.1-paper`)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from applications.models import Application, Submission
from applications.sections import MATERIALS, SECTIONS, frozen_materials, frozen_partners
from applications.word_diff import Piece, compare, folded
from haizhi_portal.policy.dates_said import said
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


def shown(value: Any) -> str:
    """An answer in words: yes and no for boxes, days in Chinese, nothing for no answer."""
    if value is True:
        return _("是")
    if value is None or value is False:
        return _("否") if value is False else ""
    if isinstance(value, date):
        return said(value)
    text = str(value)
    try:
        return said(date.fromisoformat(text)) if len(text) == 10 and text[4] == "-" else text
    except ValueError:
        return text


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
        old, new = before["answers"].get(section.key, {}), after["answers"].get(section.key, {})
        found += [
            Difference(
                section.key, title, _(field.label), shown(old.get(field.key)), shown(new.get(field.key)), field.key
            )
            for field in section.fields
            if old.get(field.key) != new.get(field.key)
        ]
        if section.key == "channels":
            was, now = _partners(before), _partners(after)
            found += _listed(section.key, title, _("海外合作伙伴"), was, now, "partners")
        for kind, spec in MATERIALS.items():
            if spec.section == section.key:
                was, now = _files(before, kind), _files(after, kind)
                found += _listed(section.key, title, _(spec.title), was, now, kind)
    return found


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
    return [f"{row['name']}（{row['sha256'][:8]}）" for row in content["materials"] if row["kind"] == kind]
