"""Addresses of evaluations, renewals and withdrawals."""

from django.urls import path

from evaluations.views import evaluation, lists, renewal, renewal_office, scoring, withdrawal

app_name = "evaluations"
urlpatterns = [
    path("", lists.evaluations, name="list"),
    path("open/", scoring.open_year, name="open_year"),
    path("renewals/", lists.renewals, name="renewals"),
    path("renewals/<slug:public_id>/", renewal.renewal, name="renewal"),
    path("renewals/<slug:public_id>/paper/", renewal_office.renewal_paper, name="renewal_paper"),
    path("renewals/<slug:public_id>/return/", renewal_office.renewal_return, name="renewal_return"),
    path("renewals/<slug:public_id>/correct/", renewal.renewal_resubmit, name="renewal_resubmit"),
    path("renewals/<slug:public_id>/withdraw/", renewal.renewal_withdraw, name="renewal_withdraw"),
    path("renewals/<slug:public_id>/assess/", renewal_office.renewal_prepare, name="renewal_prepare"),
    path("renewals/<slug:public_id>/decide/", renewal_office.renewal_decide, name="renewal_decide"),
    path("withdrawals/", lists.withdrawals, name="withdrawals"),
    path("withdrawals/<slug:public_id>/", withdrawal.withdrawal, name="withdrawal"),
    path("withdrawals/<slug:public_id>/prepare/", withdrawal.withdrawal_prepare, name="withdrawal_prepare"),
    path("withdrawals/<slug:public_id>/confirm/", withdrawal.withdrawal_confirm, name="withdrawal_confirm"),
    path("withdrawals/<slug:public_id>/close/", withdrawal.withdrawal_close, name="withdrawal_close"),
    path("bases/<slug:number>/renew/", renewal.renew, name="renew"),
    path("bases/<slug:number>/withdrawal/", withdrawal.withdrawal_open, name="withdrawal_open"),
    path("<slug:public_id>/", evaluation.detail, name="detail"),
    path("<slug:public_id>/score/", scoring.score, name="score"),
    path("<slug:public_id>/announce/", scoring.announce, name="announce"),
    path("<slug:public_id>/exempt/", scoring.exempt, name="exempt"),
    path("<slug:public_id>/exempt/decide/", scoring.exempt_decide, name="exempt_decide"),
    path("<slug:public_id>/review/", evaluation.review_request, name="review_request"),
    path("<slug:public_id>/review/decide/", scoring.review_decide, name="review_decide"),
]
