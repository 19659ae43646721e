from typing import Any

import pytest

from haizhi_portal.accounts.models import Jurisdiction, ReviewingBody

pytestmark = pytest.mark.django_db


def ask(client: Any, **facts: str) -> str:
    response = client.get("/route/", facts)
    assert response.status_code == 200
    return str(response.content.decode())


def test_before_an_answer_there_are_only_questions(client: Any) -> None:
    html = ask(client)
    assert "两个问题" in html
    assert 'role="alert"' not in html


@pytest.mark.clause("4.1-direct")
@pytest.mark.parametrize(
    ("kind", "level"), [("society", "municipal"), ("district_cast", "district"), ("enterprise", "municipal")]
)
def test_who_applies_to_the_city_is_told_so(client: Any, kind: str, level: str) -> None:
    assert "直接报市科协学会部。" in ask(client, kind=kind, level=level)


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize("places", [1, 3])
def test_who_goes_through_a_jurisdiction_sees_all_of_them_in_one_query(
    client: Any, django_assert_num_queries: Any, places: int
) -> None:
    Jurisdiction.objects.all().delete()
    for number in range(places):
        body = ReviewingBody.objects.create(name=f"第{number}审核处", kind="district_cast")
        Jurisdiction.objects.create(code=f"t{number}", name=f"第{number}区", kind="district", reviewing_body=body)
    with django_assert_num_queries(1):
        html = ask(client, kind="enterprise", level="none")
    assert "先报所在辖区的审核单位" in html
    assert html.count("审核处") == places


@pytest.mark.clause("3.1-kinds")
def test_a_society_that_is_not_municipal_is_told_why(client: Any) -> None:
    html = ask(client, kind="society", level="district")
    assert 'role="alert"' in html
    assert "第三条第 1 款" in html
    assert "注册" not in html.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("facts", [{"kind": "enterprise"}, {"kind": "x", "level": "none"}, {"level": "\x00"}])
def test_an_unfinished_or_odd_question_gets_a_summary(client: Any, facts: dict[str, str]) -> None:
    assert "需要改正" in ask(client, **facts)
