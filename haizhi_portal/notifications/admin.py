from django.contrib import admin

from haizhi_portal.audit.readonly import ReadOnlyAdmin
from haizhi_portal.notifications.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What was sent and what failed, without what the messages say."""

    list_display = ("id", "kind", "channel", "attempts", "next_attempt_at", "delivered_at", "last_error")
    list_filter = ("channel", ("delivered_at", admin.EmptyFieldListFilter))
    list_select_related = ("message",)
    fields = ("kind", "channel", "attempts", "next_attempt_at", "delivered_at", "last_error")

    @admin.display(description="种类")
    def kind(self, delivery: Delivery) -> str:
        return delivery.message.kind
