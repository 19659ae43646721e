"""Overseas partners from Excel: the columns, and what a good row becomes."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop

from haizhi_portal.files.tables import Column
from resources.forms import MOST_WORDS
from resources.models import Partner

COLUMNS = (
    Column("name", gettext_noop("中文名称"), limit=120),
    Column("foreign_name", gettext_noop("外文名称"), required=False, limit=200),
    Column(
        "kind",
        gettext_noop("类型"),
        "choice",
        choices=tuple((str(value), str(words)) for value, words in Partner.PartnerKind.choices),
    ),
    Column("country", gettext_noop("国家或地区"), limit=60),
    Column("since", gettext_noop("合作起始"), "date"),
    Column("until", gettext_noop("合作截止"), "date", required=False),
    Column("cooperation", gettext_noop("合作内容"), "long", limit=MOST_WORDS),
)


def content_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """A good row as the action takes it."""
    until = str(record["until"])
    return {
        **record,
        "since": date.fromisoformat(str(record["since"])),
        "until": date.fromisoformat(until) if until else None,
    }
