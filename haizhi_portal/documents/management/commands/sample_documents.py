from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from haizhi_portal.documents.rendering import render_pdf
from haizhi_portal.documents.samples import SAMPLES


class Command(BaseCommand):
    help = "Write one PDF of every kind of document, from fixed sample facts, named by kind."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out_dir", type=Path, metavar="OUT_DIR")

    def handle(self, *args: Any, out_dir: Path, **options: Any) -> None:
        out_dir.mkdir(parents=True, exist_ok=True)
        for sample in SAMPLES:
            target = out_dir / f"{sample.kind}.pdf"
            target.write_bytes(render_pdf(**asdict(sample)))
            self.stdout.write(str(target))
