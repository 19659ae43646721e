"""The words of a Word file as plain, harmless HTML: headings, paragraphs, lists, tables. Knows no Django.

Run in a process of its own: `words SOURCE`.
"""

from pathlib import Path
from typing import Any

import mammoth
import nh3

LONGEST = 1024 * 1024
_TAGS = {"h3", "h4", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "td", "th"}
_TAGS |= {"strong", "em", "u", "s", "sup", "sub", "br"}
_SPANS = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
# The page around it has the first headings.
_STYLES = "\n".join(f"p[style-name='Heading {level}'] => {'h3' if level == 1 else 'h4'}:fresh" for level in range(1, 7))


def main(arguments: list[str]) -> bytes:
    """The HTML of the file named, at most so long."""
    with Path(arguments[0]).open("rb") as file:
        return cleaned(file).encode()


def cleaned(file: Any) -> str:
    """The file's words in the few tags allowed; pictures leave a note where they were."""
    found = mammoth.convert_to_html(file, style_map=_STYLES, convert_image=_left_out, include_embedded_style_map=False)
    return nh3.clean(found.value.replace("<img", "［图片］<img")[:LONGEST], tags=_TAGS, attributes=_SPANS)


@mammoth.images.img_element
def _left_out(image: Any) -> dict[str, str]:
    return {}
