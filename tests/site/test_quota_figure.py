"""More seats in every year to come rest on a dated document, like more seats in one year."""

from datetime import date

import pytest

from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.site.actions.figures import set_figures
from tests import factories as make

pytestmark = pytest.mark.django_db


def put_in_force(quota: int, reason: str) -> None:
    set_figures(
        actor=make.acting(make.user(Role.MUNICIPAL), "2028-12-01"),
        in_force_from=date(2029, 1, 1),
        values={"annual_quota": quota},
        reason=reason,
        edition="2029 修订",
    )


@pytest.mark.clause("4.2-cap")
@pytest.mark.parametrize(
    "reason",
    [
        "研究决定",
        "大科协发〔2028〕8号",
        "2028年11月5日会议决定",
        "大科协发〔2028〕8号，2028年13月5日",
        "大科协发〔2028〕8号，2028-02-30",
        "大科协发〔2028〕8号，2028年12月2日",
        "大科协发〔2099〕8号，2099-01-05",
    ],
)
def test_a_higher_quota_names_its_document_and_day(reason: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        put_in_force(6, reason)
    assert (refused.value.clause, refused.value.field) == ("4.2-cap", "reason")
    assert figures_on(date(2029, 1, 1)).annual_quota == 5


@pytest.mark.clause("4.2-cap")
@pytest.mark.parametrize(
    ("quota", "reason"),
    [
        (6, "依据大科协发〔2028〕8号（2028年11月5日）"),
        (8, "大科协发〔2028〕12号，2028-11-05"),
        (8, "大科协发〔2028〕12号，2028年12月1日，自2029年1月1日起"),
        (4, "从严掌握"),
    ],
)
def test_with_its_document_it_rises_and_without_one_it_may_fall(quota: int, reason: str) -> None:
    put_in_force(quota, reason)
    assert figures_on(date(2028, 12, 31)).annual_quota == 5
    assert figures_on(date(2029, 1, 1)).annual_quota == quota
