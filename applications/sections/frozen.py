"""Materials and partners in plain values, as a submitted version keeps them."""

from collections.abc import Mapping
from typing import Any

from applications.models import Application
from applications.sections.correction import open_remarks
from resources.models import Partner


def frozen_materials(application: Application) -> list[dict[str, Any]]:
    """The materials as a version keeps them: kind, condition proved, headings, name, size, pages, digest, stamp."""
    rows = application.materials.filter(removed_at__isnull=True).select_related("file").order_by("kind", "id")
    return [
        {
            "id": row.file.public_id,
            "kind": row.kind,
            "about": row.about,
            "outline": row.outline,
            "name": row.file.name,
            "size": row.file.size,
            "sha256": row.file.sha256,
            "pages": row.file.pages,
            "stamped": row.stamped,
        }
        for row in rows
    ]


def frozen_outline(content: Mapping[str, Any]) -> dict[str, str]:
    """Part of the plan → its heading in the Word files attached to a version."""
    found: dict[str, str] = {}
    for row in content["materials"]:
        found = {**(row.get("outline") or {}), **found}
    return found


def frozen_partners(application: Application) -> list[dict[str, Any]]:
    """The organisation's overseas partners as a version keeps them.

    The register goes on while an application is corrected. Its next version takes those changes over only where the
    return asked for its channels; otherwise it keeps the partners of the version that was returned.
    """
    asked = open_remarks(application)
    if asked and "channels" not in asked:
        kept: list[dict[str, Any]] = application.submissions.latest("version").content["partners"]
        return kept
    rows = application.organisation.partners.filter(removed_at__isnull=True).order_by("name", "id")
    return [frozen_partner(row) for row in rows]


def frozen_partner(partner: Partner) -> dict[str, Any]:
    """One partner in plain values, days as ISO text."""
    return {
        "name": partner.name,
        "foreign_name": partner.foreign_name,
        "country": partner.country,
        "kind": str(partner.get_kind_display()),
        "since": partner.since.isoformat(),
        "until": partner.until.isoformat() if partner.until else "",
        "cooperation": partner.cooperation,
    }
