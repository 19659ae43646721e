"""The forms of a page as a browser would send them, and what stands in a page that came back."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

from tests.files import specimens

_UNSENT = {"reset", "button", "image", "submit"}
_TEXTS = {"text", "search", "tel", "url", "email", "number", "date", "textarea"}


@dataclass(slots=True)
class Control:
    """One field of a form: its kind, what it holds, the values it offers if they are counted."""

    name: str
    kind: str
    value: str = ""
    offers: tuple[str, ...] = ()
    required: bool = False

    @property
    def typed(self) -> bool:
        """Whether a person types into it."""
        return self.kind in _TEXTS


@dataclass(slots=True)
class PageForm:
    """A form by where it goes; ``buttons`` are the pairs its buttons send, (“”, “”) for one without a name."""

    action: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted({each.name for each in self.controls}))

    def filled(self) -> dict[str, list[Any]]:
        """What a person would send who filled in what is empty with something plausible; files as name and content."""
        body: dict[str, list[Any]] = {}
        for each in self.controls:
            if each.name not in body and (values := _plausible(each)):
                body[each.name] = values
        return body


_PLAUSIBLE = {
    "email": "fuzz@example.org",
    "tel": "13900000008",
    "date": "2028-05-04",
    "number": "3",
    "password": "a-test-pass-phrase",
}


def _plausible(control: Control) -> list[Any]:
    if control.kind == "file":
        return [("材料.pdf", specimens.pdf())]
    if control.kind in ("checkbox", "radio", "select"):
        chosen = control.value or next((each for each in control.offers if each), "")
        return [chosen] if chosen else []
    if control.kind == "hidden" or control.value:
        return [control.value]
    return [_PLAUSIBLE.get(control.kind, "示例文字")]


def parsed(html: str) -> Element:
    document: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return document


def forms_of(document: Element, address: str) -> Iterator[PageForm]:
    """The forms sent by POST; a field may stand outside the form it belongs to."""
    for form in document.iter("form"):
        if (form.get("method") or "").lower() != "post" or "/logout/" in (form.get("action") or ""):
            continue
        own = [each for each in form.iter() if not each.get("form")]
        if form.get("id"):
            own += [each for each in document.iter() if each.get("form") == form.get("id")]
        found = PageForm(form.get("action") or address)
        for each in own:
            _add(found, each)
        yield found


def _add(form: PageForm, element: Element) -> None:
    name, kind = element.get("name") or "", str(element.tag)
    if kind == "input":
        kind = (element.get("type") or "text").lower()
    if kind == "button" or kind in _UNSENT:
        if (element.get("type") or "submit") == "submit":
            form.buttons.append((name, element.get("value") or "", element.get("formaction") or ""))
    elif kind in ("checkbox", "radio") and name:
        _offer(form, element, name, kind)
    elif kind == "select" and name:
        options = list(element.iter("option"))
        offers = tuple(_value(each) for each in options)
        chosen = [_value(each) for each in options if each.get("selected") is not None]
        form.controls.append(Control(name, kind, (chosen or [""])[0], offers, element.get("required") is not None))
    elif (
        kind in ("input", "textarea", "hidden", "file", "password", *_TEXTS) and name != "csrfmiddlewaretoken" and name
    ):
        value = (element.text or "") if kind == "textarea" else element.get("value") or ""
        form.controls.append(Control(name, kind, value, (), element.get("required") is not None))


def _offer(form: PageForm, element: Element, name: str, kind: str) -> None:
    """Boxes and choices of one name are one control."""
    value = element.get("value") or "on"
    known = next((each for each in form.controls if each.name == name), None)
    if known is None:
        known = Control(name, kind)
        form.controls.append(known)
    known.offers += (value,)
    if element.get("checked") is not None:
        known.value = value


def _value(option: Element) -> str:
    found = option.get("value")
    return found if found is not None else "".join(option.itertext())


def standing(document: Element) -> str:
    """Everything a reader could find in the page: its text and what its fields hold, squeezed."""
    held = [each.get("value") or "" for each in document.iter() if each.get("value")]
    return squeezed("\n".join([*held, "".join(document.itertext())]))


def squeezed(text: str) -> str:
    """Without what no page can show, and without blanks, which a page may set as it likes."""
    plain = re.sub(r"\s+", "", text)
    return "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cc", "Cs", "Cn") and sign != "\ufffd")


def chosen(document: Element) -> set[tuple[str, str]]:
    """Every choice that is made in the page, carried along unseen ones included."""
    found = set()
    for each in document.iter("input"):
        kind = each.get("type")
        if kind == "hidden" or (kind in ("checkbox", "radio") and each.get("checked") is not None):
            found.add((each.get("name") or "", each.get("value") or "on"))
    for select in document.iter("select"):
        for option in select.iter("option"):
            if option.get("selected") is not None:
                found.add((select.get("name") or "", _value(option)))
    return found
