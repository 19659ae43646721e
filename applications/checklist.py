"""What a reviewer checks one by one: the six conditions and each kind of material (`3.2-organised`)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from applications.models import Material
from applications.sections import CONDITIONS, MATERIALS

# What an applicant need not have had until now: a review may find that it does not apply.
MAY_NOT_APPLY = frozenset({str(Material.MaterialKind.OVERSEAS_CONTACTS)})


def checks() -> dict[str, str]:
    """Key → title of everything to be checked, conditions first."""
    return {key: _(title) for key, title, _hint in CONDITIONS} | {
        spec.kind: _(spec.title) for spec in MATERIALS.values() if spec.required
    }


def section_of_check(key: str) -> str:
    """The section in which the answer or the file stands that is checked."""
    return MATERIALS[key].section if key in MATERIALS else "conditions"


def unchecked(answers: Mapping[str, bool | None]) -> list[str]:
    """The titles of what was not found in order; None stands for "does not apply"."""
    return [title for key, title in checks().items() if not _in_order(key, answers)]


def _in_order(key: str, answers: Mapping[str, bool | None]) -> bool:
    return bool(answers.get(key)) or (key in answers and answers[key] is None and key in MAY_NOT_APPLY)
