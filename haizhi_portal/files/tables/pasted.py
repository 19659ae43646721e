"""A block copied from Excel: cells parted by tabs, rows by line breaks, quoted where a cell has lines of its own."""

import csv
import io

Grid = list[tuple[int, list[str]]]
"""Row number as the person counts it, and the cells of that row."""


def grid_from_text(text: str) -> Grid:
    """The rows of a pasted block, numbered from 1; empty lines are left out but counted."""
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    rows = _as_copied(text) if '"' in text else [line.split("\t") for line in text.split("\n")]
    return [(number, cells) for number, cells in enumerate(rows, start=1) if any(cell.strip() for cell in cells)]


def _as_copied(text: str) -> list[list[str]]:
    """Quotes as Excel writes them; a quotation mark that is only typed leaves the lines as they are."""
    plain = [line.split("\t") for line in text.split("\n")]
    if text.count('"') % 2:
        return plain
    try:
        return list(csv.reader(io.StringIO(text, newline=""), dialect=csv.excel_tab, strict=True))
    except csv.Error:
        return plain


def text_from_grid(rows: list[list[str]]) -> str:
    """The rows as a block that can be pasted, and read back the same."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in cells) for cells in rows)
