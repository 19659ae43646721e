"""How bases, periods and records are written in addresses; anything else is a page that does not exist."""

from django.urls import register_converter


class _Text:
    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class BaseNumber(_Text):
    regex = r"HZ\d{4}-\d{2,3}"


class ReportPeriod(_Text):
    regex = r"\d{4}(?:Q[1-4])?"


class ActivityId(_Text):
    regex = r"[2-9A-HJKMNP-Z]{12}"


register_converter(BaseNumber, "base_number")
register_converter(ReportPeriod, "report_period")
register_converter(ActivityId, "activity_id")
