"""Overseas partners for the system administrator: to read, never to change."""

from django.contrib import admin

from haizhi_portal.audit.readonly import ReadOnlyAdmin
from resources.models import Partner


@admin.register(Partner)
class PartnerAdmin(ReadOnlyAdmin):
    list_display = ("name", "country", "kind", "organisation", "since", "until", "removed_at")
    list_select_related = ("organisation",)
    search_fields = ("name", "organisation__name")
    fields = ("organisation", "name", "foreign_name", "kind", "country", "since", "until", "cooperation", "removed_at")
