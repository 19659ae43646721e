"""Going around the actions: the database itself keeps documents and numbers as they are."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from haizhi_portal.documents.actions.issue import attach_rendering, void
from haizhi_portal.documents.models import Document, DocumentNumber, RegisterYear, Series
from tests.documents import kit

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.3-award")]


def refused(attempt: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            attempt()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "certificate"},
        {"title": "另一个标题"},
        {"dated_on": "2027-09-02"},
        {"facts": {"organisation": "另一个单位"}},
        {"number": None},
        {"verify_code": "ABCDEFGHJKMN2345"},
        {"public_id": "ABCDEFGHJKMN"},
        {"base_number": "HZ2027-99"},
        {"application_number": ""},
        {"credit_code": ""},
        {"clause": "4.2-cap"},
        {"issued_by": "someone"},
        {"issued_role": "municipal"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_fact_of_an_issued_document_changes(change: dict[str, object]) -> None:
    document = kit.reply()

    assert refused(lambda: Document.objects.filter(pk=document.pk).update(**change))


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"file": None}, {"rendered_at": None}])
def test_the_kept_file_is_set_once(change: dict[str, object]) -> None:
    document = attach_rendering(document_id=kit.reply().pk, now=kit.on(kit.DAY))

    assert refused(lambda: Document.objects.filter(pk=document.pk).update(**change))


def test_a_file_never_comes_without_its_digest() -> None:
    made = attach_rendering(document_id=kit.reply().pk, now=kit.on(kit.DAY))
    other = kit.reply()

    assert refused(lambda: Document.objects.filter(pk=other.pk).update(file=made.file))


@pytest.mark.parametrize("change", [{"voided_on": None}, {"voided_on": "2027-10-01"}, {"void_reason": "另一个理由"}])
def test_void_is_for_good(change: dict[str, object]) -> None:
    document = void(actor=kit.actor(), document=kit.reply(), reason="重复")

    assert refused(lambda: Document.objects.filter(pk=document.pk).update(**change))
    assert refused(lambda: DocumentNumber.objects.update(**change))


@pytest.mark.parametrize("change", [{"number": 7}, {"year": 2028}, {"drawn_on": "2027-09-02"}])
def test_a_number_never_changes(change: dict[str, object]) -> None:
    kit.reply()

    assert refused(lambda: DocumentNumber.objects.update(**change))


@pytest.mark.parametrize(
    "table", ["documents_document", "documents_documentnumber", "documents_registeryear", "documents_series"]
)
def test_nothing_of_the_register_goes(table: str) -> None:
    kit.reply()

    def remove() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            connection.check_constraints()

    assert refused(remove)


@pytest.mark.parametrize("number", [1, 3, 0])
def test_a_number_inserted_by_hand_can_neither_repeat_nor_skip(number: int) -> None:
    document = kit.reply()
    assert document.number is not None

    assert refused(
        lambda: DocumentNumber.objects.create(series=document.number.series, year=2027, number=number, drawn_on=kit.DAY)
    )


@pytest.mark.parametrize("change", [{"last": 0}, {"last": 5}, {"year": 2030}])
def test_a_register_grows_one_by_one(change: dict[str, int]) -> None:
    kit.reply()

    assert refused(lambda: RegisterYear.objects.update(**change))


def test_a_used_series_keeps_its_code_and_an_unused_one_may_change() -> None:
    kit.reply()

    assert refused(lambda: Series.objects.filter(code="大科协批").update(code="大科协复"))
    assert not refused(lambda: Series.objects.filter(code="大科协证").update(code="大科协牌"))


def test_the_series_that_come_with_the_portal() -> None:
    assert set(Series.objects.values_list("code", flat=True)) == {"大科协发", "大科协批", "大科协证"}
