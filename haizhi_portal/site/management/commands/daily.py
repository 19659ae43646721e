"""``daily [--on YYYY-MM-DD]``: the day's work for a business date."""

from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from haizhi_portal.accounts.clock import business_now
from haizhi_portal.site import daily


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--on 应为 YYYY-MM-DD 形式的日期,例如 2027-01-04;现为 {text!r}") from error


class Command(BaseCommand):
    help = "Open and close calls, create obligations, mark what is late, expire terms, queue reminders. Idempotent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="YYYY-MM-DD", help="business date (default: today)")

    def handle(self, *args: Any, **options: Any) -> None:
        now = business_now()
        if options["on"]:
            noon = datetime.combine(_day(options["on"]), time(12), timezone.get_default_timezone())
            now = noon
        for label, count in daily.run(now):
            self.stdout.write(f"{label}: {count}")
