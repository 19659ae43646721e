"""``reset_second_factor``: for the one administrator whose authenticator and recovery codes are both lost."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from haizhi_portal.accounts.actions.second_factor import reset_second_factor
from haizhi_portal.accounts.clock import business_now
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import RuleViolation


class Command(BaseCommand):
    help = "Take a lost authenticator off an account; written to the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = User.objects.get_by_natural_key(options["username"])
            reset_second_factor(actor=Actor.system(business_now()), user=user, reason=options["reason"])
        except User.DoesNotExist as unknown:
            raise CommandError(f"没有登录名为“{options['username']}”的账号") from unknown
        except RuleViolation as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{user.username}：两步验证已重置")
