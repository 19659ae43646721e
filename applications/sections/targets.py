"""What a reviewer's words can be about: a section, a question of it, a condition, a kind of material, the partners."""

from django.utils.translation import gettext as _

from applications.sections.form import CONDITIONS, MATERIALS, SECTIONS


def targets(section: str) -> dict[str, str]:
    """Key → title of everything in a section that can be spoken about on its own, in the order of the form."""
    if section == "conditions":
        found = {key: _(title) for key, title, _hint in CONDITIONS}
        asked_together = {f"{key}_{part}" for key in found for part in ("met", "note")}
        return found | {each.key: _(each.label) for each in SECTIONS[section].fields if each.key not in asked_together}
    found = {field.key: _(field.label) for field in SECTIONS[section].fields}
    if section == "channels":
        found["partners"] = _("海外合作伙伴")
    return found | {spec.kind: _(spec.title) for spec in MATERIALS.values() if spec.section == section}


def is_target(section: str, field: str) -> bool:
    """Whether the form has that section, and that question in it; no question means the section as a whole."""
    return section in SECTIONS and (not field or field in targets(section))


def target_title(section: str, field: str) -> str:
    """In words, down to the question; a target the form no longer has keeps its section's title."""
    if section not in SECTIONS:
        return section
    whole = _(SECTIONS[section].title)
    return f"{whole}：{targets(section)[field]}" if field and field in targets(section) else whole


def is_about(section: str, field: str, question: str) -> bool:
    """Whether words about ``field`` belong beside ``question`` of the form; conditions are asked in several."""
    of_condition = (f"{field}_{part}" for part in ("met", "note", "list", "amount"))
    return field == question or (section == "conditions" and question in of_condition)
