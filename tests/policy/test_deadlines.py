from __future__ import annotations

import pytest

from haizhi_portal.policy.deadlines import (
    correction_deadline,
    renewal_paper_deadline,
    review_deadline,
    withdrawal_deadline,
)
from haizhi_portal.policy.figures import DEFAULTS, with_changes
from tests.policy.days import PUBLISHED, d


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize(
    ("returned_on", "until"), [("2026-11-02", "2026-11-16"), ("2026-09-21", "2026-10-12"), ("2026-10-01", "2026-10-20")]
)
def test_ten_working_days_to_correct(returned_on, until):
    assert correction_deadline(d(returned_on), DEFAULTS, PUBLISHED) == d(until)


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(("announced_on", "until"), [("2026-03-02", "2026-03-09"), ("2026-02-13", "2026-02-27")])
def test_five_working_days_to_ask_for_a_review(announced_on, until):
    assert review_deadline(d(announced_on), DEFAULTS, PUBLISHED) == d(until)


@pytest.mark.clause("5.4-evaluation")
def test_the_review_period_is_a_figure():
    assert review_deadline(d("2026-03-02"), with_changes({"review_working_days": 7}), PUBLISHED) == d("2026-03-11")


@pytest.mark.clause("5.6-renewal")
def test_ten_working_days_for_the_paper_of_a_renewal():
    assert renewal_paper_deadline(d("2026-04-20"), DEFAULTS, PUBLISHED) == d("2026-05-07")


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize(("opened_on", "until"), [("2026-04-01", "2026-05-01"), ("2026-01-30", "2026-03-01")])
def test_thirty_calendar_days_to_confirm_a_withdrawal(opened_on, until):
    assert withdrawal_deadline(d(opened_on), DEFAULTS) == d(until)
