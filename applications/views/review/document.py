"""The right side of the review page: one document of the version, a page at a time."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from applications.models import Material, Submission
from applications.queries import materials_visible_to
from applications.sections import CONDITIONS, MATERIALS, PROTECTED_KINDS
from applications.views.viewer import Viewer, viewer_of
from haizhi_portal.accounts.requests import PortalRequest


@dataclass(frozen=True, slots=True)
class Shelf:
    """The version's documents in the order of the form, and the one that lies open."""

    documents: list[tuple[str, str, str, bool]]
    viewer: Viewer | None


def shelf(request: PortalRequest, submission: Submission) -> Shelf:
    """The document asked for (``?doc=``), else the first; identity papers open only when asked for."""
    rows: list[dict[str, Any]] = submission.content["materials"]
    asked = request.GET.get("doc", "")
    free = (row["id"] for row in rows if row["kind"] not in PROTECTED_KINDS)
    chosen = asked if asked in {row["id"] for row in rows} else next(free, "")
    material = _material(request, submission, chosen) if chosen else None
    viewer = viewer_of(request, material, address=request.path, kept={"doc": chosen}) if material else None
    return Shelf([(row["id"], _title(row), row["name"], row["id"] == chosen) for row in rows], viewer)


def _material(request: PortalRequest, submission: Submission, chosen: str) -> Material | None:
    rows = materials_visible_to(request.user).filter(application=submission.application_id)
    return rows.filter(file__public_id=chosen).select_related("file", "application").first()


def _title(row: dict[str, Any]) -> str:
    about = {key: _(title) for key, title, _hint in CONDITIONS}.get(row.get("about", ""))
    return _("佐证：%(about)s") % {"about": about} if about else _(MATERIALS[row["kind"]].title)
