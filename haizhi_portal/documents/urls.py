from django.urls import path

from haizhi_portal.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.register, name="register"),
    path("<slug:public_id>/", views.download, name="download"),
    path("<slug:public_id>/retry/", views.retry, name="retry"),
    path("<slug:public_id>/void/", views.void, name="void"),
]
