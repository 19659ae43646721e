import threading

import pytest
from django.db import connection

from haizhi_portal.documents.models import DocumentNumber
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
