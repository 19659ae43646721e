"""What a reviewer checks one by one: the six conditions and each kind of material (`3.2-organised`)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from applications.sections import CONDITIONS, MATERIALS


def checks() -> dict[str, str]:
    """Key → title of everything to be checked, conditions first."""
    return {key: _(title) for key, title, _hint in CONDITIONS} | {
        spec.kind: _(spec.title) for spec in MATERIALS.values() if spec.required
    }


def unchecked(answers: Mapping[str, bool]) -> list[str]:
    """The titles of what was not found in order."""
    return [title for key, title in checks().items() if not answers.get(key)]
