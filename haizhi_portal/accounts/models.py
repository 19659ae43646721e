"""People, organisations, jurisdictions and the bodies that review for them."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.names import folded
from haizhi_portal.audit.identity import public_id
from haizhi_portal.policy.words import KIND_LABELS, LEVEL_LABELS, ROLE_LABELS, Role


class ReviewingBody(models.Model):
    """The district CAST, or the department of a pioneer zone that does CAST work, which pre-reviews."""

    class BodyKind(models.TextChoices):
        DISTRICT_CAST = "district_cast", _("区（市、县）科协")
        ZONE_DEPARTMENT = "zone_department", _("先导区负责科协工作的部门")

    name = models.CharField(_("名称"), max_length=120, unique=True)
    kind = models.CharField(_("性质"), max_length=20, choices=BodyKind.choices)
    telephone = models.CharField(_("联系电话"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("审核单位")
        verbose_name_plural = _("审核单位")

    def __str__(self) -> str:
        return self.name


class Jurisdiction(models.Model):
    """One of the ten districts or a pioneer zone. Two codes may lead to one reviewing body."""

    class AreaKind(models.TextChoices):
        DISTRICT = "district", _("区（市、县）")
        ZONE = "zone", _("先导区")

    code = models.CharField(_("代码"), max_length=20, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=10, choices=AreaKind.choices)
    order = models.PositiveSmallIntegerField(default=0)
    reviewing_body = models.ForeignKey(
        ReviewingBody, verbose_name=_("审核单位"), on_delete=models.PROTECT, related_name="jurisdictions"
    )

    class Meta:
        verbose_name = _("辖区")
        verbose_name_plural = _("辖区")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A legal person that may apply: one account space, one live application, at most one live base."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("单位名称"), max_length=120)
    kind = models.CharField(_("单位性质"), max_length=20, choices=list(KIND_LABELS.items()))
    level = models.CharField(_("隶属关系"), max_length=20, choices=list(LEVEL_LABELS.items()))
    jurisdiction = models.ForeignKey(
        Jurisdiction, verbose_name=_("所在辖区"), on_delete=models.PROTECT, related_name="organisations"
    )
    legal_representative = models.CharField(_("法定代表人"), max_length=60)
    address = models.CharField(_("地址"), max_length=200)
    registered_at = models.DateTimeField(_("注册时间"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
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
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
