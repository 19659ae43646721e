from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.work import FigureCard, WorkItem, Worklist
from haizhi_portal.site.views import home

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    return User.objects.create_user("officer", None, name="李干事", role="municipal")


def reports(monkeypatch: pytest.MonkeyPatch, **lists: Worklist) -> None:
    for name in ("of_applications", "of_bases", "of_evaluations"):
        work = lists.get(name, Worklist())
        monkeypatch.setattr(home, name, lambda user, today, work=work: work)


def test_a_stranger_is_sent_to_sign_in(client: Any) -> None:
    assert client.get("/home/")["Location"].startswith("/accounts/login/?next=/home/")


def test_lines_of_all_parts_stand_together_the_nearest_deadline_first(
    officer: User, client_for: Callable[[User], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reports(
        monkeypatch,
        of_applications=Worklist(mine=[WorkItem("第二件", "去办", "/a/", date(2027, 5, 1), count=6)]),
        of_bases=Worklist(mine=[WorkItem("第一件", "去办", "/b/", date(2027, 4, 1))]),
        of_evaluations=Worklist(
            waiting=[WorkItem("别人的事", "等着", "/c/", mover="示例区科协")], figures=[FigureCard("今年名额", "3 / 5")]
        ),
    )
    html = client_for(officer).get("/home/").content.decode()
    order = [html.index(words) for words in ("第一件", "第二件", "别人的事", "今年名额")]
    assert order == sorted(order)
    assert "有 2 件事等您办" in html
    assert '<span class="hz-count">6</span>' in html
    assert "由示例区科协办理" in html


def test_an_empty_list_says_what_will_appear(
    officer: User, client_for: Callable[[User], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    reports(monkeypatch)
    html = client_for(officer).get("/home/").content.decode()
    assert "都办完了" in html
    assert "我在等" not in html


@pytest.mark.parametrize("role", ["municipal", "leader", "expert", "admin", "auditor"])
def test_every_role_has_a_home(client_for: Callable[[User], Any], role: str) -> None:
    user = User.objects.create_user(f"someone-{role}", None, name="某人", role=role)
    assert client_for(user).get("/home/").status_code == 200
