"""Numbers, days and codes as a Chinese keyboard, a spreadsheet or paper writes them: understood exactly or refused."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django import forms

from applications.forms.calls import NewCallForm, QuotaForm
from applications.forms.paper import CodeForm, CopiesForm
from applications.forms.section import SectionForm
from applications.sections import SECTIONS
from haizhi_portal.accounts.actions.registration import normalise
from haizhi_portal.accounts.forms.fields import AmountField, CountField, DayField
from haizhi_portal.policy.identifiers import credit_code_verdict, id_card_verdict, mobile_verdict
from haizhi_portal.site.forms import day_field
from haizhi_portal.site.holiday_files import checked
from resources.forms import PartnerForm

pytestmark = pytest.mark.once

DAY = date(2027, 3, 5)
DAYS = [
    "2027-03-05",
    "２０２７－０３－０５",
    "2027−03−05",
    "2027/3/5",
    "2027.3.5",
    "2027年3月5日",
    "２０２７年３月５日",
    "　2027-03-05 ",
    "2027 年 3 月 5 日",
]
NO_DAYS = [
    "2027-02-29",
    "2027-13-01",
    "5/3/2027",
    "二〇二七年三月五日",
    "2027-03",
    "0000-00-00",
    "99999-01-01",
    "²027-03-05",
    "🙂",
]
COUNTS = {
    "1200": 1200,
    "１２００": 1200,
    "1,200": 1200,
    "１，２００": 1200,
    "1 200": 1200,
    "　1200　": 1200,
    "1200.0": 1200,
    "0": 0,
}
NO_COUNTS = [
    "1,20",
    "12,00",
    ",1200",
    "1.5",
    "²",
    "①",
    "一千二",
    "1e3",
    "0x10",
    "-1",
    "－１",
    "NaN",
    "9" * 5000,
    "\x00",
]
AMOUNTS = {"85.5": "85.5", "８５．５": "85.5", "1,085.50": "1085.50", "１，０８５": "1085"}
NO_AMOUNTS = ["85,5", "NaN", "Infinity", "1e999999999", "８５。５", "²", "9" * 5000]


def _accepts(field: forms.Field, typed: str) -> Any:
    try:
        return field.clean(typed)
    except forms.ValidationError as refused:
        return refused


def _of(form: type[forms.Form], name: str, **options: Any) -> Callable[[], forms.Field]:
    return lambda: form(**options).fields[name]


DAY_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "any day": DayField,
    "a holiday": day_field,
    "founded": _of(SectionForm, "founded_on", section=SECTIONS["particulars"]),
    "opening": _of(NewCallForm, "opens_on"),
    "closing": _of(NewCallForm, "applicants_close_on"),
    "document": _of(QuotaForm, "document_on"),
    "since": lambda: PartnerForm().fields["since"],
    "until": lambda: PartnerForm().fields["until"],
}
COUNT_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "employees": _of(SectionForm, "employees", section=SECTIONS["particulars"]),
    "researchers": _of(SectionForm, "researchers", section=SECTIONS["particulars"]),
    "any count": lambda: CountField(min_value=0, max_value=10**6),
}


@pytest.mark.parametrize("make", DAY_FIELDS.values(), ids=DAY_FIELDS)
def test_a_day_however_it_is_typed(make: Callable[[], forms.Field]) -> None:
    assert {typed: _accepts(make(), typed) for typed in DAYS} == dict.fromkeys(DAYS, DAY)
    assert [typed for typed in NO_DAYS if not isinstance(_accepts(make(), typed), forms.ValidationError)] == []


@pytest.mark.parametrize("make", COUNT_FIELDS.values(), ids=COUNT_FIELDS)
def test_a_count_however_it_is_typed(make: Callable[[], forms.Field]) -> None:
    assert {typed: _accepts(make(), typed) for typed in COUNTS} == COUNTS
    assert [typed for typed in NO_COUNTS if not isinstance(_accepts(make(), typed), forms.ValidationError)] == []


def test_years_and_seats_of_a_call() -> None:
    year, quota = _of(NewCallForm, "year")(), _of(QuotaForm, "quota")()
    assert [_accepts(year, typed) for typed in ("２０２７", "2,027", " 2027 ")] == [2027] * 3
    assert [_accepts(quota, typed) for typed in ("７", " 7", "7.0")] == [7] * 3
    assert isinstance(_accepts(quota, "0"), forms.ValidationError)


def test_an_amount_however_it_is_typed() -> None:
    field = AmountField(max_digits=12)
    assert {typed: _accepts(field, typed) for typed in AMOUNTS} == {key: Decimal(text) for key, text in AMOUNTS.items()}
    assert [typed for typed in NO_AMOUNTS if not isinstance(_accepts(field, typed), forms.ValidationError)] == []


CREDIT = "12210200422420013N"
CODE = "ABCDEFGHJKMNPQRS"


@pytest.mark.parametrize(
    "typed", [CREDIT, CREDIT.lower(), "１２２１０２００４２２４２００１３Ｎ", " 12210200-42242001 3n\u200b"]
)
def test_a_credit_code_however_it_is_typed(typed: str) -> None:
    assert normalise(typed) == CREDIT
    assert credit_code_verdict(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "13900000009",
        "１３９００００００００９"[:11],
        "139 0000 0009",
        "139－0000－0009",
        "+86 139-0000-0009",
        "＋８６13900000009",
    ],
)
def test_a_mobile_number_however_it_is_typed(typed: str) -> None:
    assert mobile_verdict(typed)


def test_an_identity_card_however_it_is_typed() -> None:
    typed = "１１０１０５１９４９１２３１００２ｘ"
    assert normalise(typed) == "11010519491231002X"
    assert id_card_verdict(typed)


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        "ＡＢＣＤ－ＥＦＧＨ－ＪＫＭＮ－ＰＱＲＳ",
        "abcd efgh jkmn pqrs",
        f"https://x.example/verify/{CODE}/?a=1",
    ],
)
def test_a_check_code_however_it_is_typed(typed: str) -> None:
    form = CodeForm({"code": typed})
    assert form.is_valid()
    assert form.cleaned_data["code"] == CODE
    copies = CopiesForm({"check_code": typed, "copies": typed})
    assert copies.is_valid()
    assert copies.cleaned_data["copies"] == copies.cleaned_data["check_code"] == CODE


@pytest.mark.parametrize(
    ("typed", "number"), [("2", 2), ("２", 2), ("　2 ", 2), ("002", 2), ("-1", None), ("1.5", None), ("9999", None)]
)
def test_copies_however_they_are_typed(typed: str, number: int | None) -> None:
    form = CopiesForm({"check_code": CODE, "copies": typed})
    assert form.is_valid() is (number is not None)
    assert form.cleaned_data.get("copies") == number


@pytest.mark.parametrize("typed", ["2027-03-05", "２０２７－０３－０５", "2027年3月5日", "20270305", "2027/3/5"])
def test_a_row_of_holidays_however_it_is_typed(typed: str) -> None:
    days, problems = checked([(2, {"日期": typed, "性质": "　放假", "名称": "节日\x00🎉"})])
    assert problems == []
    assert [(each.day, each.off) for each in days] == [(DAY, True)]
