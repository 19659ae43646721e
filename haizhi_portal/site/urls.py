from django.urls import path, register_converter

from haizhi_portal.documents import views as documents
from haizhi_portal.site import converters
from haizhi_portal.site.views import (
    calendar,
    demo,
    figures,
    front,
    holiday_import,
    holidays,
    home,
    ledger,
    route_finder,
    styleguide,
)

register_converter(converters.Day, "day")

app_name = "site"
urlpatterns = [
    path("verify/", documents.verify_form, name="verify_form"),
    path("verify/<str:code>/", documents.verify, name="verify"),
    path("", front.front, name="front"),
    path("route/", route_finder.route_finder, name="route_finder"),
    path("home/", home.home, name="home"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<slug:token>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("figures/", figures.figures, name="figures"),
    path("figures/change/", figures.change_figures, name="figures_change"),
    path("holidays/", holidays.holidays, name="holidays"),
    path("holidays/hint/", holidays.day_hint, name="day_hint"),
    path("holidays/import/", holiday_import.holiday_import, name="holiday_import"),
    path("holidays/<day:day>/remove/", holidays.holiday_remove, name="holiday_remove"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/export/", ledger.ledger_export, name="ledger_export"),
    path("demo/clock/", demo.clock, name="demo_clock"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
