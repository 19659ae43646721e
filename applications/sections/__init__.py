"""The application form: what it asks, what it still lacks, and what a version keeps of it."""

from applications.sections.completeness import (
    STATUSES,
    Missing,
    SectionState,
    blank,
    missing,
    missing_answers,
    open_sections,
    section_states,
)
from applications.sections.correction import last_return, open_remarks
from applications.sections.form import (
    CONDITIONS,
    MATERIALS,
    PROTECTED_KINDS,
    SECTIONS,
    Column,
    Field,
    MaterialSpec,
    Section,
    certificate_name,
)
from applications.sections.frozen import frozen_materials, frozen_partners

__all__ = [
    "CONDITIONS",
    "MATERIALS",
    "PROTECTED_KINDS",
    "SECTIONS",
    "STATUSES",
    "Column",
    "Field",
    "MaterialSpec",
    "Missing",
    "Section",
    "SectionState",
    "blank",
    "certificate_name",
    "frozen_materials",
    "frozen_partners",
    "last_return",
    "missing",
    "missing_answers",
    "open_remarks",
    "open_sections",
    "section_states",
]
