"""The application form: what it asks, what it still lacks, and what a version keeps of it."""

from applications.sections.completeness import (
    STATUSES,
    Missing,
    SectionState,
    blank,
    missing,
    missing_answers,
    open_sections,
    plan_outline,
    section_states,
)
from applications.sections.correction import last_return, open_remarks
from applications.sections.earlier import upgraded
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
from applications.sections.frozen import frozen_materials, frozen_outline, frozen_partners
from applications.sections.kept import as_kept, as_sent, rows_of
from applications.sections.outline import parts_found, plan_parts
from applications.sections.words import Laid, in_words, laid_out, numbered, rows_in_words, see_plan, shown

__all__ = [
    "CONDITIONS",
    "MATERIALS",
    "PROTECTED_KINDS",
    "SECTIONS",
    "STATUSES",
    "Column",
    "Field",
    "Laid",
    "MaterialSpec",
    "Missing",
    "Section",
    "SectionState",
    "as_kept",
    "as_sent",
    "blank",
    "certificate_name",
    "frozen_materials",
    "frozen_outline",
    "frozen_partners",
    "in_words",
    "laid_out",
    "last_return",
    "missing",
    "missing_answers",
    "numbered",
    "open_remarks",
    "open_sections",
    "parts_found",
    "plan_outline",
    "plan_parts",
    "rows_in_words",
    "rows_of",
    "section_states",
    "see_plan",
    "shown",
    "upgraded",
]
