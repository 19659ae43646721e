"""A template that names what is not there fails its test instead of showing nothing."""

from typing import Any


class NamesNothing(str):
    """Django's ``string_if_invalid`` for the suite; its template engine formats it with the name it did not find."""

    def __mod__(self, name: Any) -> str:
        raise AssertionError(f"the template names “{name}”, which is not there")
