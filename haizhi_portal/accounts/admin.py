"""The admin's accounts are for looking; they change on the portal's own pages, which write the ledger."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models import Jurisdiction, Organisation, ReviewingBody, User
from haizhi_portal.audit.readonly import ReadOnlyAdmin
from haizhi_portal.policy.words import Role


def _is_administrator(request: HttpRequest) -> bool:
    user = request.user
    return bool(user.is_authenticated and user.is_active and user.role == Role.ADMIN)


def _to_sign_in(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """One door for everybody, with its lockout: strangers sign in there, other roles are told why not."""
    if request.user.is_authenticated and not _is_administrator(request):
        raise PermissionDenied(_("系统后台只对系统管理员开放。"))
    return redirect_to_login(request.GET.get("next") or "/admin/")


def _to_own_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """One place to change a password, which writes the ledger and keeps what demonstration accounts share."""
    return redirect("accounts:password_change")


# The default site is Django's own object; its three doors are replaced, not subclassed, so that apps register on it.
admin.site.has_permission = _is_administrator  # type: ignore[method-assign]
admin.site.login = _to_sign_in  # type: ignore[method-assign]
admin.site.password_change = _to_own_password  # type: ignore[method-assign,assignment]
admin.site.site_header = admin.site.site_title = _("海智工作基地 · 系统后台")
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ("username", "name", "role", "organisation", "reviewing_body", "is_active", "is_demo", "last_login")
    list_filter = ("role", "is_active", "is_demo")
    list_select_related = ("organisation", "reviewing_body")
    search_fields = ("username", "name", "organisation__name")
    fields = (
        "public_id",
        "username",
        "name",
        "role",
        "organisation",
        "reviewing_body",
        "is_active",
        "is_demo",
        "date_joined",
        "last_login",
    )


@admin.register(Organisation)
class OrganisationAdmin(ReadOnlyAdmin):
    list_display = ("name", "credit_code", "kind", "level", "jurisdiction", "registered_at")
    list_filter = ("kind", "level", "jurisdiction")
    list_select_related = ("jurisdiction",)
    search_fields = ("name", "credit_code")


@admin.register(Jurisdiction)
class JurisdictionAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "kind", "reviewing_body")
    list_select_related = ("reviewing_body",)


@admin.register(ReviewingBody)
class ReviewingBodyAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "telephone")
