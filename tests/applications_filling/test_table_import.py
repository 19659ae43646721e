"""The page that takes a table from Excel: what was read, what must be mended, and the good rows taken."""

import pytest

from tests import factories as make
from tests.applications_pages.kit import applicant, on, signed_in, text, url

pytestmark = pytest.mark.django_db
DAY = "2027-03-10"
GOOD = "张三\t德国\t慕尼黑工业大学\t材料科学\t已聘任\t联合研发"
WRONG = "李四\t\t某研究所\t海洋工程\t天天见\t"


def test_a_row_with_two_mistakes_is_one_row_to_mend_and_the_good_one_is_taken() -> None:
    application = make.application_begun()
    address = url("rows_import", application.number, "overseas", "experts")
    with on(DAY):
        client = signed_in(applicant(application))
        looked = text(client.post(address, {"text": f"{GOOD}\n{WRONG}", "look": "1"}))
        left = text(client.post(address, {"good": GOOD, "text": WRONG, "take": "1"}))
    assert "可以导入 1 行" in looked
    for said in (looked, left):
        assert "还有 1 行需要修改" in said
        assert "李四" in said
    application.refresh_from_db()
    assert [each["name"] for each in application.answers["overseas"]["experts"]] == ["张三"]
