"""Days as people write them: 2026年3月5日, 2026/3/5, full-width digits, or the serial number Excel keeps."""

import re
import unicodedata
from datetime import date, timedelta

_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?"
_WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?" + _TIME)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_MEANT_BY_SERIAL = range(7306, 73051)
"""Serial numbers of 1920 to 2099; others are more likely a slip than a day."""


def day_from(text: str) -> date | None:
    """The day meant, None where none can be made out or it is not in the calendar."""
    text = unicodedata.normalize("NFKC", text[:60]).strip()
    if found := _WRITTEN.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
        try:
            return date(year, month, day)
        except ValueError:
            return None
    if (found := _SERIAL.fullmatch(text)) and int(found[1]) in _MEANT_BY_SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(found[1]))
    return None
