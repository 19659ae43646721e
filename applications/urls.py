from django.urls import path

from applications.views import (
    applicant,
    bulk,
    certification,
    decision,
    district,
    expert,
    filling,
    lists,
    municipal,
    object_page,
    paper,
    review,
)

app_name = "applications"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("start/", applicant.start, name="start"),
    path("calls/", municipal.calls, name="calls"),
    path("calls/new/", municipal.call_new, name="call_new"),
    path("calls/<int:year>/", municipal.call, name="call"),
    path("calls/<int:year>/round/", certification.round_page, name="round"),
    path("calls/<int:year>/decision/", decision.decision, name="decision"),
    path("paper/", paper.desk, name="paper"),
    path("assignments/", expert.assignments, name="assignments"),
    path("assignments/<slug:task>/", expert.assignment, name="assignment"),
    path("files/<slug:file>/", object_page.material_file, name="material_file"),
    path("files/<slug:file>/remove/", filling.material_remove, name="material_remove"),
    path("<slug:number>/", object_page.detail, name="detail"),
    path("<slug:number>/versions/<int:version>/", object_page.version, name="version"),
    path("<slug:number>/form/<slug:section>/", filling.section, name="section"),
    path("<slug:number>/materials/<slug:kind>/", filling.material_add, name="material_add"),
    path("<slug:number>/submit/", applicant.submit, name="submit"),
    path("<slug:number>/withdraw/", applicant.withdraw, name="withdraw"),
    path("<slug:number>/print/", object_page.print_form, name="print"),
    path("<slug:number>/review/", review.review, name="review"),
    path("<slug:number>/route/", district.route, name="route"),
    path("<slug:number>/extend/", district.extend, name="extend"),
    path("<slug:number>/paper/", paper.receive, name="paper_receive"),
]
