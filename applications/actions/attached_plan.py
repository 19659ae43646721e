"""The headings of an attached base plan, looked up once before it is kept (`4.1-materials`)."""

from pathlib import Path

from applications.models import Material
from applications.sections import parts_found
from haizhi_portal.files.word import UnreadableWord, headings


def outline_of(kind: str, path: Path, name: str) -> dict[str, str] | None:
    """Part of the plan → its heading; None for what is no plan or has no headings to be read, a PDF for one."""
    if kind != Material.MaterialKind.BASE_PLAN or not name.lower().endswith(".docx"):
        return None
    try:
        with path.open("rb") as file:
            return parts_found(headings(file))
    except (UnreadableWord, OSError):
        return None
