from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from haizhi_portal.audit.readonly import ReadOnlyAdmin
from haizhi_portal.files.models import StoredFile


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyAdmin):
    """What is in the store, not the files themselves: those open only through the app that owns them."""

    list_display = ("public_id", "content_type", "size", "pages", "protected", "scan", "uploaded_by", "uploaded_at")
    list_filter = ("scan", "protected")
    search_fields = ("public_id", "sha256")
    fields = (
        "public_id",
        "content_type",
        "size",
        "sha256",
        "pages",
        "protected",
        "scan",
        "scan_note",
        "scanned_at",
        "uploaded_by",
        "uploaded_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoredFile]:
        return super().get_queryset(request).select_related("uploaded_by")
