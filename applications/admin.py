"""The admin looks; it changes nothing. Whatever happens to an application goes through its actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from applications.models import Application, Assignment, Call, DecisionList, Material, Round, Seat


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    list_display = ("year", "opens_on", "applicants_close_on", "certification_on", "quota")


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ("number", "organisation", "state", "route", "submitted_at")
    list_filter = ("state", "call")
    list_select_related = ("organisation",)
    search_fields = ("number", "organisation__name")
    exclude = ("answers",)


@admin.register(Material)
class MaterialAdmin(ReadOnlyAdmin):
    list_display = ("application", "kind", "stamped", "added_at", "removed_at")
    list_select_related = ("application",)
    exclude = ("file",)


@admin.register(Round)
class RoundAdmin(ReadOnlyAdmin):
    list_display = ("call", "opened_on", "closed_on")
    list_select_related = ("call",)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ("application", "expert", "declared_at", "conflict")
    list_select_related = ("application", "expert")
    exclude = ("sheet", "conflict_reason")


@admin.register(DecisionList)
class DecisionListAdmin(ReadOnlyAdmin):
    list_display = ("call", "prepared_at", "settled_on")
    list_select_related = ("call",)


@admin.register(Seat)
class SeatAdmin(ReadOnlyAdmin):
    list_display = ("call", "number", "application", "taken_on", "released_on")
    list_select_related = ("call", "application")
