"""``export_ledger``: every event so far, oldest first, one JSON object a line."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from haizhi_portal.audit.ledger import lines


class Command(BaseCommand):
    help = "Write every event so far, oldest first, one JSON object a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, help="file to write (default: standard output)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["out"] is None:
            for line in lines():
                self.stdout.write(line)
            return
        with options["out"].open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines())
