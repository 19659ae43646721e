from __future__ import annotations

import pytest

from haizhi_portal.policy.words import (
    JURISDICTIONS,
    KIND_LABELS,
    LEVEL_LABELS,
    ROLE_LABELS,
    ROUTE_MUNICIPAL,
    Kind,
    Level,
    Role,
    route_label,
)


@pytest.mark.parametrize(
    ("words", "labels", "expected"),
    [
        (Kind, KIND_LABELS, "park society district_cast university institute enterprise public_institution"),
        (Level, LEVEL_LABELS, "central provincial municipal district none"),
        (Role, ROLE_LABELS, "applicant district municipal leader expert admin auditor system"),
    ],
)
def test_vocabulary(words, labels, expected):
    assert [str(word) for word in words] == expected.split()
    assert set(labels) == set(words)
    assert all(labels[str(word)] for word in words)


@pytest.mark.clause("4.1-via-district")
def test_ten_districts_and_five_zones():
    codes = {place.code: place for place in JURISDICTIONS}
    districts = ["210202", "210203", "210204", "210211", "210212", "210213", "210214", "210224", "210281", "210283"]
    zones = ["jinpu", "gaoxin", "changxingdao", "huayuankou", "taipingwan"]
    assert [place.code for place in JURISDICTIONS] == districts + zones
    assert {codes[code].kind for code in districts} == {"district"}
    assert {codes[code].kind for code in zones} == {"zone"}
    assert {code: codes[code].within for code in zones} == {
        "jinpu": "210213",
        "gaoxin": "",
        "changxingdao": "210281",
        "huayuankou": "210283",
        "taipingwan": "210281",
    }


def test_route_label():
    assert route_label(ROUTE_MUNICIPAL) == "大连市科协"
    assert route_label("210211") == "甘井子区"
    with pytest.raises(KeyError):
        route_label("210299")
