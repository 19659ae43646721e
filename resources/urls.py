"""Overseas partners, under /partners/."""

from django.urls import path

import resources.addresses  # noqa: F401  registers how a partner is written
from resources import views

app_name = "resources"
urlpatterns = [
    path("", views.partner_list, name="list"),
    path("add/", views.partner_add, name="add"),
    path("import/", views.partner_import, name="import"),
    path("import/template/", views.partner_template, name="template"),
    path("<partner_id:public_id>/", views.partner_edit, name="edit"),
    path("<partner_id:public_id>/remove/", views.partner_remove, name="remove"),
    path("<partner_id:public_id>/agreement/", views.agreement, name="agreement"),
]
