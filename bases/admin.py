"""Bases for the system administrator: to read, never to change."""

from django.contrib import admin

from bases.models import Base, Obligation, Term
from haizhi_portal.audit.readonly import ReadOnlyAdmin


@admin.register(Base)
class BaseAdmin(ReadOnlyAdmin):
    list_display = ("number", "name", "call_year", "licensed_on", "ended_on", "end")
    list_filter = ("call_year", "end")
    search_fields = ("number", "name")


@admin.register(Term)
class TermAdmin(ReadOnlyAdmin):
    list_display = ("base", "number", "kind", "approved_on", "starts_on", "expires_on", "ended_on")
    list_filter = ("kind",)
    list_select_related = ("base",)
    search_fields = ("base__number",)


@admin.register(Obligation)
class ObligationAdmin(ReadOnlyAdmin):
    """What is owed and when it came, without what the reports say."""

    list_display = ("base", "kind", "period", "due_on", "first_filed_on", "late", "accepted_on", "cancelled_on")
    list_filter = ("kind", "late")
    list_select_related = ("base",)
    search_fields = ("base__number", "period")
    fields = ("base", "kind", "period", "opens_on", "due_on", "first_filed_on", "late", "accepted_on", "cancelled_on")
