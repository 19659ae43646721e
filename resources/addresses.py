"""How a partner is written in addresses; anything else is a page that does not exist."""

from django.urls import register_converter


class PartnerId:
    regex = r"[2-9A-HJKMNP-Z]{12}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PartnerId, "partner_id")
