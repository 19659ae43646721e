"""Tables that people bring along: pasted from Excel or as a workbook, read row by row, nothing lost."""

from haizhi_portal.files.tables.columns import Column, cleaned_text, in_words, read_cell
from haizhi_portal.files.tables.importing import Step, next_step, preview, rows_as_text
from haizhi_portal.files.tables.pasted import grid_from_text, text_from_grid
from haizhi_portal.files.tables.reading import MOST_ROWS, Problem, Reading, read_grid, read_record
from haizhi_portal.files.tables.workbook import grid_from_workbook, template_workbook, workbook_answer

__all__ = [
    "MOST_ROWS",
    "Column",
    "Problem",
    "Reading",
    "Step",
    "cleaned_text",
    "grid_from_text",
    "grid_from_workbook",
    "in_words",
    "next_step",
    "preview",
    "read_cell",
    "read_grid",
    "read_record",
    "rows_as_text",
    "template_workbook",
    "text_from_grid",
    "workbook_answer",
]
