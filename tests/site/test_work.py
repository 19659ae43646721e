from datetime import date

from haizhi_portal.accounts.work import FigureCard, WorkItem, Worklist


def item(title: str, due_on: date | None = None) -> WorkItem:
    return WorkItem(title=title, sentence="", url="/", due_on=due_on)


def test_lists_of_two_apps_become_one_with_the_nearest_deadline_first_and_undated_last() -> None:
    one = Worklist(mine=[item("undated"), item("march", date(2027, 3, 1))], figures=[FigureCard("a", 1)])
    two = Worklist(mine=[item("january", date(2027, 1, 1))], waiting=[item("w")], figures=[FigureCard("b", 2)])
    both = one + two
    assert [line.title for line in both.mine] == ["january", "march", "undated"]
    assert [line.title for line in both.waiting] == ["w"]
    assert [card.label for card in both.figures] == ["a", "b"]
