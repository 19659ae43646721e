"""Evaluations, renewals and withdrawals for the system administrator: to read, never to change."""

from django.contrib import admin

from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.audit.readonly import ReadOnlyAdmin


@admin.register(Evaluation)
class EvaluationAdmin(ReadOnlyAdmin):
    """Dates and results, without scores and opinions."""

    list_display = ("base", "year", "result", "announced_on", "review_until", "final_on")
    list_filter = ("year", "result")
    list_select_related = ("base",)
    search_fields = ("base__number",)
    fields = ("base", "year", "edition", "opened_on", "result", "announced_on", "review_until", "final_on")


@admin.register(Renewal)
class RenewalAdmin(ReadOnlyAdmin):
    """Dates and states, without what was written."""

    list_display = ("term", "state", "requested_on", "paper_due_on", "paper_received_on", "decided_on")
    list_filter = ("state",)
    list_select_related = ("term",)
    search_fields = ("term__base__number",)
    fields = ("term", "state", "version", "requested_on", "paper_due_on", "paper_received_on", "decided_on")


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnlyAdmin):
    """Dates and grounds, without the statements."""

    list_display = ("base", "ground", "opened_on", "confirm_by", "confirmed_on", "closed_on")
    list_filter = ("ground",)
    list_select_related = ("base",)
    search_fields = ("base__number",)
    fields = ("base", "ground", "opened_on", "confirm_by", "confirmed_on", "closed_on")
