from django.urls import path

from haizhi_portal.accounts.views import (
    organisations,
    own,
    own_organisation,
    passwords,
    people,
    places,
    registration,
    sign_in,
)

app_name = "accounts"
urlpatterns = [
    path("login/", sign_in.sign_in, name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("resume/", sign_in.resume, name="resume"),
    path("login/again/", sign_in.signed_in_again, name="signed_in_again"),
    path("register/", registration.register, name="register"),
    path("password/", passwords.password_change, name="password_change"),
    path("password/reset/", passwords.password_reset, name="password_reset"),
    path("password/reset/sent/", passwords.password_reset_done, name="password_reset_done"),
    path("password/reset/<str:uidb64>/<str:token>/", passwords.password_reset_confirm, name="password_reset_confirm"),
    path("profile/", own.profile, name="profile"),
    path("colleagues/", own.colleagues, name="colleagues"),
    path("colleagues/new/", own.colleague_new, name="colleague_new"),
    path("organisation/", own_organisation.own_organisation, name="own_organisation"),
    path("organisation/letter/", own_organisation.letter_template, name="letter_template"),
    path("letters/<str:file>/", own_organisation.letter_file, name="letter_file"),
    path("letters/<str:file>/decide/", organisations.letter_decide, name="letter_decide"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<str:public_id>/", organisations.organisation, name="organisation"),
    path("users/", people.users, name="users"),
    path("users/new/", people.user_new, name="user_new"),
    path("users/<str:public_id>/", people.user, name="user"),
    path("places/", places.places, name="places"),
    path("places/bodies/new/", places.body_new, name="body_new"),
    path("places/<str:code>/", places.place, name="place"),
]
