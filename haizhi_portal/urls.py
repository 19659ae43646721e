"""Which app answers which part of the address space."""

from django.contrib import admin
from django.urls import include, path

from haizhi_portal.site.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("haizhi_portal.site.urls")),
    path("accounts/", include("haizhi_portal.accounts.urls")),
    path("applications/", include("applications.urls")),
    path("", include("bases.urls")),
    path("evaluations/", include("evaluations.urls")),
    path("documents/", include("haizhi_portal.documents.urls")),
    path("inbox/", include("haizhi_portal.accounts.inbox_urls")),
    path("partners/", include("resources.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "haizhi_portal.site.views.errors.bad_request"
handler403 = "haizhi_portal.site.views.errors.permission_denied"
handler404 = "haizhi_portal.site.views.errors.page_not_found"
handler500 = "haizhi_portal.site.views.errors.server_error"
