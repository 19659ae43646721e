"""``verify_audit``: exit 1 and name the first broken entry if the ledger was altered."""

from typing import Any

from django.core.management.base import BaseCommand

from haizhi_portal.audit.ledger import first_broken
from haizhi_portal.audit.models import Entry


class Command(BaseCommand):
    help = "Recompute the audit chain; exit 1 with the first broken entry if anything was altered or removed."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = first_broken()
        if broken:
            self.stderr.write(broken)
            raise SystemExit(1)
        self.stdout.write(f"{Entry.objects.count()} 条记录，校验链完整")
