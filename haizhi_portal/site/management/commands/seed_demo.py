"""``seed_demo``: the demonstration's data, through the actions."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from haizhi_portal.accounts.clock import business_now
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.periods import local_day
from haizhi_portal.site.story.demo import Demo


class Command(BaseCommand):
    help = "Demonstration data: every state of every lifecycle, brought about through the real actions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=["small"], default="small")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.PORTAL_DEMO:
            raise CommandError("演示数据只在 PORTAL_DEMO=1 时生成。")
        if User.objects.exists():
            self.stdout.write("已有数据，未作改动。")
            return
        Demo(today=local_day(business_now()), password=str(settings.PORTAL_DEMO_PASSWORD)).play(self._say)
        self.stdout.write("演示数据已就绪。")

    def _say(self, step: str) -> None:
        self.stdout.write(f"  {step} …")
        self.stdout.flush()
