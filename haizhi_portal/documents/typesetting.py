"""Setting a page source as PDF/A-3a. The only module that needs Pango and HarfBuzz on the machine."""

from __future__ import annotations

import io
import threading

import pikepdf
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from haizhi_portal.documents.fonts import EMBEDDABLE

_lock = threading.Lock()
_configuration: FontConfiguration | None = None


class _Fetcher(URLFetcher):
    """Templates carry all they need: nothing is read from the network or from disk."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)


def typeset(html: str, *, identifier: str) -> bytes:
    """The source as a tagged PDF/A-3a file; the same source and identifier give the same bytes.

    Raises RuntimeError when a font that is not one of the documents' own was used or left out of the file.
    """
    with _lock:
        content: bytes = HTML(string=html, url_fetcher=_Fetcher(), media_type="print").write_pdf(
            font_config=_fonts_of_this_process(),
            pdf_variant="pdf/a-3a",
            pdf_identifier=identifier.encode(),
            pdf_tags=True,
        )
    _require_our_fonts(content)
    return content


def _fonts_of_this_process() -> FontConfiguration:
    global _configuration
    if _configuration is None:
        _configuration = FontConfiguration()
    return _configuration


def _require_our_fonts(content: bytes) -> None:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for item in pdf.objects:
            if not isinstance(item, pikepdf.Dictionary) or item.get("/Type") != "/FontDescriptor":
                continue
            name = str(item.get("/FontName", "")).lstrip("/").split("+")[-1]
            if not name.startswith(EMBEDDABLE):
                raise RuntimeError(f"the document was set in {name}, which is not one of its fonts")
            if not any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                raise RuntimeError(f"the font {name} is not embedded")
