import threading
from datetime import date

import pytest
from django.db import connection

from haizhi_portal.documents.actions import issue as issuing
from haizhi_portal.documents.models import Document, DocumentNumber, Series
from haizhi_portal.policy.verdict import Conflict
from tests.documents import kit


@pytest.mark.postgres
@pytest.mark.clause("4.3-award")
@pytest.mark.django_db(transaction=True)
def test_eight_drawing_at_once_get_eight_consecutive_numbers() -> None:
    kit.unit(), kit.actor()
    gate = threading.Barrier(8)
    drawn: list[str] = []
    faults: list[BaseException] = []

    def draw() -> None:
        try:
            gate.wait()
            drawn.append(str(kit.reply().number))
        except BaseException as fault:  # shown by the assertion below, in the main thread
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert sorted(drawn) == [f"大科协批〔2027〕{number}号" for number in range(1, 9)]
    assert DocumentNumber.objects.count() == 8


@pytest.mark.postgres
@pytest.mark.clause("4.3-award")
@pytest.mark.django_db(transaction=True)
def test_eight_hands_on_one_number_that_missed_the_register_s_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    kit.unit(), kit.actor()
    gate = threading.Barrier(8)
    told: list[str] = []

    def without_the_lock(code: str, dated_on: date, *, drawn_on: date, clause: str) -> DocumentNumber:
        series = Series.objects.get(code=code)
        gate.wait(timeout=30)
        return DocumentNumber.objects.create(series=series, year=dated_on.year, number=1, drawn_on=drawn_on)

    monkeypatch.setattr(issuing, "_draw", without_the_lock)

    def draw() -> None:
        try:
            told.append(str(kit.reply().number))
        except Conflict as lost:
            told.append(lost.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=draw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["发文字号刚被另一份文书取用，请再试一次。"] * 7 + ["大科协批〔2027〕1号"]
    assert DocumentNumber.objects.count() == Document.objects.count() == 1
