"""``simulate``: years of the scheme played through the real actions in a scratch database."""

import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from haizhi_portal.audit.ledger import lines
from haizhi_portal.site.story.play import Simulation


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--from 应为 YYYY-MM-DD 形式的日期，现为 {text!r}") from error


class Command(BaseCommand):
    help = "Play years of the scheme through the real actions in a scratch database and write the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="starts_on", required=True, metavar="YYYY-MM-DD")
        parser.add_argument("--years", type=int, required=True)
        parser.add_argument("--organisations", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)
        parser.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl")
        parser.add_argument("--here", action="store_true", help="play in the database of this process, which is empty")

    def handle(self, *args: Any, **options: Any) -> None:
        starts_on = _day(options["starts_on"])
        if not 1 <= options["years"] <= 50 or not 12 <= options["organisations"] <= 2000:
            raise CommandError("--years 应在 1 至 50 之间，--organisations 应在 12 至 2000 之间")
        if options["here"]:
            self._play(starts_on, options)
        else:
            self._play_apart(options)

    def _play_apart(self, options: dict[str, Any]) -> None:
        """Start this command once more on a database, files and broker of its own, gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="simulate-") as folder:
            environment = {
                **os.environ,
                "DATA_DIR": folder,
                "DATABASE_URL": f"sqlite:///{folder}/scratch.sqlite3",
                "MEDIA_STORAGE": f"{folder}/files",
                "PORTAL_DEMO": "1",
            }
            environment.pop("PORTAL_TODAY", None)
            arguments = [
                "simulate",
                f"--from={options['starts_on']}",
                f"--years={options['years']}",
                f"--organisations={options['organisations']}",
                f"--seed={options['seed']}",
                f"--out={options['out'].resolve()}",
                "--here",
            ]
            finished = subprocess.run([sys.executable, "manage.py", *arguments], env=environment, check=False)
        if finished.returncode:
            raise CommandError("模拟没有完成，原因见上")

    def _play(self, starts_on: date, options: dict[str, Any]) -> None:
        call_command("migrate", verbosity=0)
        summary = Simulation(
            starts_on=starts_on,
            years=options["years"],
            organisations=options["organisations"],
            seed=options["seed"],
        ).play()
        with options["out"].open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines())
        for event, count in sorted(summary.events.items()):
            self.stdout.write(f"{event}: {count}")
        ended = "，".join(f"{end} {count}" for end, count in sorted(summary.ended.items()))
        self.stdout.write(f"bases: {summary.bases}（{ended}）")
