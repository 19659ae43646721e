"""What may be done to several applications at once: for each the rule, what it will bring about, and the act.

Conclusions are not among them: endorsing or passing takes a check-list answered for the one application, returning and
declining take words for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import rules
from applications.actions import handling, pre_review
from applications.forms.bulk import BulkExtendForm, BulkForm, BulkRouteForm, HandlerForm, RemindForm
from applications.models import Application
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import route_label

Asked = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verb:
    """``verdict`` judges one application, with nothing asked yet or with what was filled in; ``effect`` says it."""

    title: str | Promise
    form: type[BulkForm]
    verdict: Callable[[Actor, Application, Asked], Verdict]
    effect: Callable[[Application, Asked], str]
    act: Callable[[Actor, Application, Asked], object]


def _extended(application: Application, asked: Asked) -> str:
    if not asked:
        return _("延长补正期限")
    before = said(application.correct_by) if application.correct_by else ""
    days = (asked["correct_by"] - application.correct_by).days if application.correct_by else 0
    return _("补正截止日由%(old)s延至%(new)s，多 %(days)d 天") % {
        "old": before,
        "new": said(asked["correct_by"]),
        "days": days,
    }


def _handed_on(application: Application, asked: Asked) -> str:
    if not asked:
        return _("移交其他单位")
    return _("由%(old)s转%(new)s，双方收到通知") % {
        "old": route_label(application.route),
        "new": route_label(asked["route"]),
    }


VERBS: dict[str, Verb] = {
    "take": Verb(
        gettext_lazy("认领（由我经办）"),
        BulkForm,
        lambda actor, application, asked: rules.can_take(actor, application),
        lambda application, asked: _("由您经办"),
        lambda actor, application, asked: handling.take(actor=actor, application=application),
    ),
    "name_handler": Verb(
        gettext_lazy("指定经办人"),
        HandlerForm,
        lambda actor, application, asked: rules.can_name_handler(actor, application, asked.get("person")),
        lambda application, asked: (
            _("由%(name)s经办，本人收到通知") % {"name": asked["person"].name} if asked else _("指定经办人")
        ),
        lambda actor, application, asked: handling.name_handler(actor=actor, application=application, **asked),
    ),
    "give_back": Verb(
        gettext_lazy("退回经办（不再由我经办）"),
        BulkForm,
        lambda actor, application, asked: rules.can_give_back(actor, application),
        lambda application, asked: _("不再由您经办，等待本单位其他人认领"),
        lambda actor, application, asked: handling.give_back(actor=actor, application=application),
    ),
    "remind": Verb(
        gettext_lazy("催办申报单位"),
        RemindForm,
        lambda actor, application, asked: rules.can_remind(actor, application),
        lambda application, asked: _("申报单位收到一条催办通知"),
        lambda actor, application, asked: handling.remind_applicant(actor=actor, application=application, **asked),
    ),
    "extend": Verb(
        gettext_lazy("延长补正期限"),
        BulkExtendForm,
        lambda actor, application, asked: rules.can_extend_correction(actor, application, asked.get("correct_by")),
        _extended,
        lambda actor, application, asked: pre_review.extend_correction(actor=actor, application=application, **asked),
    ),
    "hand_on": Verb(
        gettext_lazy("移交其他单位"),
        BulkRouteForm,
        lambda actor, application, asked: rules.can_hand_on(actor, application, asked.get("route")),
        _handed_on,
        lambda actor, application, asked: pre_review.hand_on(actor=actor, application=application, **asked),
    ),
}
