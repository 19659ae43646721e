"""Where a base stands on a day, as a whole: state, days, window, sentence, whose move it is and by when."""

from collections.abc import Callable
from datetime import date

import pytest

from bases.actions.endings import surrender
from bases.actions.terms import note_refusal, note_renewal, renew
from bases.models import Base
from bases.standing import standing
from haizhi_portal.policy.figures import with_changes
from tests.bases.kit import leader, licensed, unit_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.6-renewal", "5.6-term")]

UNIT, OFFICE = "滨海示例研究院1", "大连市科协"


def nothing(base: Base) -> None:
    """Its three years run from 20 April 2026 to 20 April 2029."""


def asked(base: Base) -> None:
    note_renewal(term=base.terms.get(), requested_on=date(2029, 2, 1))


def refused(base: Base) -> None:
    asked(base)
    note_refusal(term=base.terms.get(), refused_on=date(2029, 3, 1))


def renewed(base: Base) -> None:
    asked(base)
    renew(actor=leader("2029-03-01"), term=base.terms.get())


def given_up(base: Base) -> None:
    surrender(actor=unit_actor(base, "2029-03-01"), base=base, reason="业务调整")


@pytest.mark.parametrize(
    ("happened", "day", "state", "last_day", "ended_on", "window", "sentence", "mover", "by"),
    [
        (
            *(nothing, "2029-01-19", "in_force", "2029-04-20", "", "from 2029-01-20"),
            *("基地资格有效至2029年4月20日；2029年1月20日起可以申请续期。", "", ""),
        ),
        (
            *(nothing, "2029-01-20", "in_force", "2029-04-20", "", "open 2029-01-20"),
            *("基地资格有效至2029年4月20日，现在可以申请续期。", UNIT, "2029-04-20"),
        ),
        (
            *(nothing, "2029-04-20", "in_force", "2029-04-20", "", "open 2029-01-20"),
            *("基地资格有效至2029年4月20日，现在可以申请续期。", UNIT, "2029-04-20"),
        ),
        (
            *(nothing, "2029-04-21", "ended", "2029-04-20", "2029-04-21", ""),
            *("基地资格自2029年4月21日起已终止（到期终止）。", "", ""),
        ),
        (
            *(asked, "2029-02-01", "in_force", "2029-04-20", "", ""),
            *("基地资格有效至2029年4月20日，续期申请正在办理。", OFFICE, "2029-04-20"),
        ),
        (
            *(asked, "2029-04-21", "pending", "2029-04-20", "", ""),
            *("有效期已于2029年4月20日届满，续期申请正在办理。", OFFICE, ""),
        ),
        (
            *(refused, "2029-03-01", "in_force", "2029-04-20", "", ""),
            *("基地资格有效至2029年4月20日；续期申请未通过，期满即终止。", "", "2029-04-20"),
        ),
        (
            *(refused, "2029-04-21", "ended", "2029-04-20", "2029-04-21", ""),
            *("基地资格自2029年4月21日起已终止（到期终止）。", "", ""),
        ),
        (
            *(renewed, "2029-04-20", "in_force", "2032-04-20", "", ""),
            *("基地资格有效，已获续期至2032年4月20日。", "", ""),
        ),
        (
            *(renewed, "2029-04-21", "in_force", "2032-04-20", "", "from 2032-01-21"),
            *("基地资格有效至2032年4月20日；2032年1月21日起可以申请续期。", "", ""),
        ),
        (
            *(given_up, "2029-02-28", "in_force", "2029-04-20", "", "open 2029-01-20"),
            *("基地资格有效至2029年4月20日，现在可以申请续期。", UNIT, "2029-04-20"),
        ),
        (
            *(given_up, "2029-03-01", "ended", "2029-04-20", "2029-03-01", ""),
            *("基地资格自2029年3月1日起已终止（主动退出）。", "", ""),
        ),
    ],
)
def test_what_is_said_of_a_base_on_a_day(
    happened: Callable[[Base], None],
    day: str,
    state: str,
    last_day: str,
    ended_on: str,
    window: str,
    sentence: str,
    mover: str,
    by: str,
) -> None:
    base = licensed("2026-04-20")
    happened(base)
    found = standing(Base.objects.get(pk=base.pk), date.fromisoformat(day))
    opens = f"{'open' if found.window_open else 'from'} {found.window.opens_on}" if found.window else ""
    assert (found.state, f"{found.valid_through}", f"{found.ended_on or ''}") == (state, last_day, ended_on)
    assert (opens, found.sentence, found.mover, f"{found.by or ''}") == (window, sentence, mover, by)
    assert (found.in_force, found.ended) == (state == "in_force", state == "ended")
    assert found.renewal_pending is (happened is asked)
    assert found.expired is (day == "2029-04-21" and happened is not renewed)


def test_a_term_from_before_windows_were_kept_has_that_of_the_figures() -> None:
    base = licensed("2026-04-20")
    base.terms.update(renewal_window_days=None)
    for figures, opens_on in (
        (None, date(2029, 1, 20)),
        (with_changes({"renewal_window_days": 10}), date(2029, 4, 10)),
    ):
        now = standing(Base.objects.get(pk=base.pk), date(2029, 1, 20), figures)
        assert now.window is not None
        assert (now.window.opens_on, now.window.closes_on) == (opens_on, date(2029, 4, 20))
