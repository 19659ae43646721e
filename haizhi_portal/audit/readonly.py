"""Django's admin as a window: system administrators look, and change facts only through the portal's own actions."""

from typing import Any

from django.contrib import admin
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from haizhi_portal.policy.words import Role


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows can be searched and opened by a system administrator and changed by nobody."""

    show_full_result_count = False
    actions = None

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list; a filter in the address that no database can ask for is dropped, as the admin drops others."""
        try:
            return super().changelist_view(request, extra_context)
        except (ValueError, OverflowError, DataError):
            if not request.GET:
                raise
            return redirect(request.path)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return user.is_authenticated and user.is_active and getattr(user, "role", "") == Role.ADMIN

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
