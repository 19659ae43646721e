"""People, each with one role."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models.organisation import Organisation
from haizhi_portal.accounts.models.places import ReviewingBody
from haizhi_portal.accounts.names import folded
from haizhi_portal.audit.identity import public_id
from haizhi_portal.policy.words import ROLE_LABELS, Role

DELEGATING = (Role.DISTRICT, Role.MUNICIPAL, Role.LEADER)


class UserManager(BaseUserManager["User"]):
    def stand_ins(self, people: Iterable["User"], day: date) -> list[tuple["User", "User"]]:
        """Who of these people is away on a day, each with the colleague who stands in: whoever tells people asks here.

        Only staff delegate; nothing is asked of the database for anybody else.
        """
        away = [each.pk for each in people if each.role in DELEGATING]
        if not away:
            return []
        rows = apps.get_model("accounts", "Delegation").objects.in_force(day).filter(absent__in=away).order_by("pk")
        return [(each.absent, each.delegate) for each in rows]

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of that name in any case and width. Raises User.DoesNotExist."""
        return self.alias(folded=Lower("username")).get(folded=folded(username or ""))

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        fields.setdefault("name", username)
        return self.create_user(
            username, password, **{**fields, "role": Role.ADMIN, "is_staff": True, "is_superuser": True}
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person with exactly one role. The sign-in name does not distinguish case."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    username = models.CharField(_("登录名"), max_length=60)
    name = models.CharField(_("姓名"), max_length=60)
    role = models.CharField(_("角色"), max_length=20, choices=list(ROLE_LABELS.items()))
    email = models.EmailField(_("电子邮箱"), blank=True)
    mobile = models.CharField(_("手机"), max_length=20, blank=True)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    reviewing_body = models.ForeignKey(
        ReviewingBody, verbose_name=_("审核单位"), null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    administers = models.BooleanField(_("单位管理员"), default=False)
    # Raised to end every sign-in there is: part of what a session is checked against.
    sign_ins_ended = models.PositiveIntegerField(default=0, editable=False)
    # The authenticator in use, which every session has to have passed; empty for none.
    second_factor = models.CharField(max_length=12, blank=True, default="", editable=False)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    is_staff = models.BooleanField(_("可进入系统管理"), default=False)
    date_joined = models.DateTimeField(_("开户时间"), null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="sign_in_name_ignores_case"),
            models.CheckConstraint(
                condition=models.Q(role=Role.APPLICANT, organisation__isnull=False)
                | (~models.Q(role=Role.APPLICANT) & models.Q(organisation__isnull=True)),
                name="applicants_and_only_they_belong_to_an_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.DISTRICT, reviewing_body__isnull=False)
                | (~models.Q(role=Role.DISTRICT) & models.Q(reviewing_body__isnull=True)),
                name="district_staff_and_only_they_belong_to_a_body",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(administers=True),
                name="one_administrator_per_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(administers=False) | models.Q(organisation__isnull=False, is_active=True),
                name="an_administrator_is_an_active_person_of_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a session must match to stay signed in: the password, and how often all sign-ins were ended."""
        return self._hash_of_sign_ins()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for fallback_secret in settings.SECRET_KEY_FALLBACKS:
            yield self._hash_of_sign_ins(secret=fallback_secret)

    def _hash_of_sign_ins(self, secret: str | bytes | None = None) -> str:
        facts = f"{self.password}:{self.sign_ins_ended}"
        return salted_hmac("haizhi_portal.accounts.sign_ins", facts, secret=secret, algorithm="sha256").hexdigest()
