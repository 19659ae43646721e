"""The people and places of a story: as many as are asked for, each with a name and a code of its own."""

from random import Random

from haizhi_portal.policy.identifiers import credit_code_verdict
from haizhi_portal.policy.words import Kind
from haizhi_portal.site.story.cast import Cast
from haizhi_portal.site.story.names import organisation_name

MOST = 2000


def test_two_thousand_organisations_have_names_of_their_own() -> None:
    for kind in Kind:
        names = [organisation_name(kind, index) for index in range(MOST)]
        assert len(set(names)) == MOST
        assert max(map(len, names)) <= 25
    assert organisation_name(Kind.ENTERPRISE, 0) == "大连海岚智能装备有限公司"
    assert organisation_name(Kind.ENTERPRISE, 30) == "大连海岚甲生物医药有限公司"
    assert organisation_name(Kind.ENTERPRISE, 330) == "大连海岚星汀生物医药有限公司"


def test_two_thousand_organisations_have_codes_of_their_own() -> None:
    cast = Cast(chance=Random(1))
    codes = [cast.credit_code(Kind.ENTERPRISE) for _ in range(MOST)]
    assert len(set(codes)) == MOST
    assert all(credit_code_verdict(code) for code in codes)
    again = Cast(chance=Random(1))
    assert [again.credit_code(Kind.ENTERPRISE) for _ in range(MOST)] == codes
