from django.urls import path

from haizhi_portal.accounts.views import inbox

app_name = "notifications"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("read/", inbox.all_read, name="all_read"),
    path("<str:public_id>/", inbox.message, name="message"),
]
