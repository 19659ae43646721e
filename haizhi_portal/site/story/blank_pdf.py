import io
from functools import cache

import pikepdf


@cache
def sample_pdf() -> bytes:
    """A one-page PDF, the same bytes every time: what the people of a story upload."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    buffer = io.BytesIO()
    document.save(buffer, static_id=True, deterministic_id=False)
    return buffer.getvalue()
