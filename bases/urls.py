"""The public directory, and under /my/ what a person sees of bases."""

from django.urls import path

import bases.addresses  # noqa: F401  registers how numbers and periods are written
from bases.views import activities, licensed, public, reports

app_name = "bases"
urlpatterns = [
    path("bases/", public.directory, name="directory"),
    path("bases/<base_number:number>/", public.public_page, name="public"),
    path("my/bases/", licensed.base_list, name="list"),
    path("my/bases/<base_number:number>/", licensed.base_detail, name="detail"),
    path("my/bases/<base_number:number>/surrender/", licensed.surrender_base, name="surrender"),
    path("my/bases/<base_number:number>/reports/<report_period:period>/", reports.report, name="report"),
    path("my/bases/<base_number:number>/reports/<report_period:period>/answer/", reports.answer, name="report_answer"),
    path("my/bases/<base_number:number>/activities/", activities.activity_list, name="activity_list"),
    path("my/bases/<base_number:number>/activities/add/", activities.activity_add, name="activity_add"),
    path(
        "my/bases/<base_number:number>/activities/<activity_id:public_id>/",
        activities.activity_edit,
        name="activity_edit",
    ),
    path(
        "my/bases/<base_number:number>/activities/<activity_id:public_id>/remove/",
        activities.activity_remove,
        name="activity_remove",
    ),
    path("my/reports/", reports.report_list, name="reports"),
]
