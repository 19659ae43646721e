from django.contrib import admin

from haizhi_portal.audit.models import Entry
from haizhi_portal.audit.readonly import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The ledger's events, for whoever keeps the system running; what they hold is for the auditor."""

    list_display = ("seq", "at", "on", "event", "object", "actor", "role")
    list_filter = ("event",)
    search_fields = ("object", "event")
    fields = ("seq", "at", "on", "event", "object", "actor", "role", "clause", "previous_hash", "hash")
