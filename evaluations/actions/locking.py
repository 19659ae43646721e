"""Locks in the one order of the house: the base first, then what is decided about it."""

from bases.actions.endings import end_what_is_over
from bases.models import Base
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.audit.actor import Actor


def locked_evaluation(evaluation: Evaluation) -> Evaluation:
    """The evaluation as it stands, under the locks of its base and itself."""
    Base.objects.select_for_update().get(pk=evaluation.base_id)
    return (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("base__organisation", "criteria_set", "sheet__criteria_set", "announced_by")
        .get(pk=evaluation.pk)
    )


def locked_renewal(actor: Actor, renewal: Renewal) -> Renewal:
    """The request as it stands, after what time has ended of its base was recorded, under the locks of both."""
    end_what_is_over(actor=actor, base=renewal.term.base)
    return Renewal.objects.select_for_update(of=("self",)).select_related("term__base__organisation").get(pk=renewal.pk)


def locked_withdrawal(actor: Actor, withdrawal: Withdrawal) -> Withdrawal:
    """The case as it stands, after what time has ended of its base was recorded, under the locks of both."""
    end_what_is_over(actor=actor, base=withdrawal.base)
    return Withdrawal.objects.select_for_update(of=("self",)).select_related("base__organisation").get(pk=withdrawal.pk)


def is_same_text(read: str, stands: str) -> bool:
    """Whether what somebody had before them is what stands; browsers write line ends their own way."""
    return read.replace("\r\n", "\n").strip() == stands.replace("\r\n", "\n").strip()
