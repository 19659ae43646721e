"""The states that lists are narrowed by, each as a condition on dated facts and the day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from evaluations.models import Renewal

UNDECIDED = Q(final_on__isnull=True)
UNANNOUNCED = UNDECIDED & Q(announced_on__isnull=True)
SCORED = Q(sheet__submitted_at__isnull=False)
PROPOSED = Q(exemption_prepared_on__isnull=False, exemption_refused_on__isnull=True)
IN_REVIEW = Q(review__isnull=False, review__decided_on__isnull=True)

OPEN = Q(state__in=[Renewal.State.REQUESTED, Renewal.State.RETURNED], term__base__ended_on__isnull=True)
CORRECTING = Q(state=Renewal.State.RETURNED)


@dataclass(frozen=True, slots=True)
class State:
    """A state in a word, and the rows that are in it on a day."""

    label: str | Promise
    where: Callable[[date], Q]


EVALUATION_STATES: dict[str, State] = {
    "open": State(_("未告知结果"), lambda today: UNANNOUNCED),
    "unscored": State(_("待评分"), lambda today: UNANNOUNCED & ~SCORED),
    "scored": State(_("待告知"), lambda today: UNANNOUNCED & SCORED & ~PROPOSED),
    "proposed": State(_("免评待决定"), lambda today: UNANNOUNCED & PROPOSED),
    "announced": State(
        _("可申请复核"),
        lambda today: UNDECIDED & Q(announced_on__isnull=False, review__isnull=True, review_until__gte=today),
    ),
    "review": State(_("复核中"), lambda today: UNDECIDED & IN_REVIEW),
    "waiting": State(
        _("待生效"),
        lambda today: (
            UNDECIDED & (Q(review__isnull=True, review_until__lt=today) | Q(review__decided_on__isnull=False))
        ),
    ),
    "final": State(_("已生效"), lambda today: Q(final_on__isnull=False)),
}

RENEWAL_STATES: dict[str, State] = {
    "open": State(_("未办结"), lambda today: OPEN),
    "assess": State(_("考核中"), lambda today: OPEN & Q(state=Renewal.State.REQUESTED, prepared_on__isnull=True)),
    "returned": State(_("退回修改"), lambda today: OPEN & CORRECTING),
    "prepared": State(_("待决定"), lambda today: OPEN & Q(prepared_on__isnull=False)),
    "passed": State(_("通过"), lambda today: Q(state=Renewal.State.PASSED)),
    "failed": State(_("未通过"), lambda today: Q(state=Renewal.State.FAILED)),
    "withdrawn": State(_("已撤回"), lambda today: Q(state=Renewal.State.WITHDRAWN)),
}

WITHDRAWAL_STATES: dict[str, State] = {
    "open": State(_("未办结"), lambda today: Q(closed_on__isnull=True)),
    "opened": State(_("待拟定"), lambda today: Q(closed_on__isnull=True, prepared_on__isnull=True)),
    "prepared": State(_("待决定"), lambda today: Q(closed_on__isnull=True, prepared_on__isnull=False)),
    "confirmed": State(_("已取消"), lambda today: Q(confirmed_on__isnull=False)),
    "closed": State(_("已结案"), lambda today: Q(closed_on__isnull=False, confirmed_on__isnull=True)),
}
