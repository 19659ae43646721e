"""The form's tables, evidence and attached plan on their pages, without JavaScript; what earlier answers become."""

import io
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.urls import reverse

from applications.actions import draft
from applications.actions.attached_plan import outline_of
from applications.models import Application, Material
from applications.sections import missing, plan_parts, upgraded
from applications.sections.tables import MILESTONES
from applications.views.reading import parts
from haizhi_portal.files.tables import MOST_ROWS
from resources.models import Partner
from tests import factories as make
from tests.applications_pages.kit import TYPED, applicant, on, signed_in, text, url
from tests.files import specimens

DAY = "2027-03-10"
GOAL = {"indicator": "引荐海外专家", "unit": "人次", "first": 1, "second": 2, "third": 3}
HEAD = "指标\t单位\t第一年\t第二年\t第三年"
GOOD, BAD = "引荐海外专家\t人次\t1\t2\t3", "举办活动\t次\t三\t4\t5"


def lacking(application: Application, section: str) -> list[str]:
    """The fields of a section that still lack something."""
    return [each.field for each in missing(application, make.at(DAY).date()) if each.section == section]


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def saved(application: Application, section: str, **answers: Any) -> Application:
    """The section with these answers changed."""
    return draft.save_section(
        actor=make.acting(applicant(application), DAY),
        application=application,
        section=section,
        answers={**application.answers.get(section, {}), **answers},
        expected_version=application.version,
    )


# Rows ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_row_more_or_less_keeps_everything_typed_and_saves_nothing() -> None:
    application = make.application_begun()
    typed = {"version": 1, "purpose": TYPED, **make.sent({"goals": [GOAL | {"first": "很多"}, GOAL | {"unit": "项"}]})}
    with on(DAY):
        client, address = signed_in(applicant(application)), url("section", application.number, "plan")
        more = client.post(address, typed | {"rows": "add:goals"})
        less = client.post(address, typed | {"rows": "drop:goals:0"})
        neither = client.post(address, typed | {"rows": "drop:goals:x"})
    assert [each.status_code for each in (more, less, neither)] == [200, 200, 200]
    for answer, rows in ((more, ["很多", "1", ""]), (less, ["1"]), (neither, ["很多", "1"])):
        assert [row["first"] for row in answer.context["form"]["goals"].value()] == rows
        assert TYPED in text(answer)
        assert answer.context["form"].fields["purpose"].widget.attrs["data-limit"] == 2000
        assert f'name="goals-{len(rows) - 1}-third"' in text(answer)
        assert f'name="goals-{len(rows)}-third"' not in text(answer)
    assert 'value="很多"' in text(more)
    application.refresh_from_db()
    assert (application.answers.get("plan", {}), application.version) == ({}, 1)


def shown(application: Application, section: str) -> str:
    """The section's page as its unit meets it."""
    with on(DAY):
        return text(signed_in(applicant(application)).get(url("section", application.number, section)))


def marked(page: str) -> dict[str, str]:
    """The tags of the cells and fields marked as wrong, by name; each says so to a screen reader too."""
    tags = re.findall(
        r'<(input|select|textarea) class="[^"]*is-invalid[^"]*"[^>]*? name="([\w-]+)"[^>]*?aria-invalid="true"', page
    )
    assert page.count('aria-invalid="true"') == len(tags)
    return {name: tag for tag, name in tags}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("section", "rows", "wrong"),
    [
        ("plan", {"goals": [GOAL | {"first": "很多"}]}, {"goals-0-first": "input"}),
        ("plan", {"milestones": [{"on": "昨天", "task": "筹备", "result": "建成"}]}, {"milestones-0-on": "input"}),
        ("plan", {"goals": [GOAL], "milestones": []}, {}),
        (
            "conditions",
            {"staff_list": [{"name": "张三", "post": "主任", "time": "全部", "duty": ""}]},
            {"staff_list-0-time": "select"},
        ),
    ],
)
def test_a_cell_that_cannot_be_is_marked_where_it_is(
    section: str, rows: dict[str, list[dict[str, Any]]], wrong: dict[str, str]
) -> None:
    application = make.application_begun()
    with on(DAY):
        sent = signed_in(applicant(application)).post(
            url("section", application.number, section), {"version": 1, **make.sent(rows)}
        )
    assert sent.status_code == (422 if wrong else 302)
    if wrong:
        assert marked(text(sent)) == wrong
        table = re.search(
            r'<fieldset class="mb-3 hz-table" id="id_(\w+)"(?:(?!</fieldset>).)*class="invalid-feedback"',
            text(sent),
            re.S,
        )
        assert table is not None
        assert next(iter(wrong)).startswith(table[1])


@pytest.mark.django_db
def test_each_cell_asks_for_what_its_column_holds() -> None:
    application = saved(make.application_begun(), "plan", goals=[GOAL] * 3)
    plan, staff, files = (shown(application, section) for section in ("plan", "conditions", "materials"))
    cells = re.findall(
        r'<(input|textarea|select)([^>]*) name="((?:goals|milestones|staff_list)-0-\w+)"([^>]*)>', plan + staff
    )
    kinds = {
        name: (tag, "hz-short" in before, "numeric" if 'inputmode="numeric"' in after else "", "placeholder" in after)
        for tag, before, name, after in cells
    }
    words, number, day = ("input", False, "", False), ("input", True, "numeric", False), ("input", True, "", True)
    assert kinds == {
        "goals-0-indicator": words,
        "goals-0-unit": words,
        "goals-0-first": number,
        "goals-0-second": number,
        "goals-0-third": number,
        "milestones-0-on": day,
        "milestones-0-task": words,
        "milestones-0-result": words,
        "staff_list-0-name": words,
        "staff_list-0-post": words,
        "staff_list-0-time": ("select", False, "", False),
        "staff_list-0-duty": words,
    }
    assert marked(plan + staff) == {}
    assert ("portal/js/upload.js" in plan, "portal/js/upload.js" in files) == (False, True)
    steps = re.findall(r'<a href="[^"]*/(\w+)/" aria-current="step">', plan)
    assert steps == ["plan"]


@pytest.mark.django_db
@pytest.mark.parametrize(("rows", "full"), [(MOST_ROWS - 1, False), (MOST_ROWS, True)])
def test_a_full_table_offers_no_further_row(rows: int, full: bool) -> None:
    application = saved(make.application_begun(), "plan", goals=[GOAL] * rows)
    page = shown(application, "plan")
    assert ("已到一张表的行数上限。" in page, 'value="add:goals"' in page) == (full, not full)


@pytest.mark.django_db
@pytest.mark.parametrize("present", [0, 2])
def test_rows_that_are_there_may_be_replaced(present: int) -> None:
    application = saved(make.application_begun(), "plan", goals=[GOAL] * present)
    with on(DAY):
        client, address = signed_in(applicant(application)), url("rows_import", application.number, "plan", "goals")
        looked = client.post(address, {"text": f"{HEAD}\n举办活动\t次\t3\t4\t5", "look": "1"})
        assert ('name="replace"' in text(looked), "替换现有的 2 行" in text(looked)) == (bool(present), bool(present))
        assert 'class="btn btn-outline-primary" type="submit" name="look"' in text(looked)
        assert 'class="btn btn-primary" type="submit" name="look"' in text(client.get(address))
        client.post(address, {"good": looked.context["form"]["good"].value(), "take": "1", "replace": "1"})
    application.refresh_from_db()
    assert [row["indicator"] for row in application.answers["plan"]["goals"]] == ["举办活动"]


@pytest.mark.django_db
def test_a_column_nobody_knows_is_named_and_left_out() -> None:
    application = make.application_begun()
    with on(DAY):
        client, address = signed_in(applicant(application)), url("rows_import", application.number, "plan", "goals")
        looked = client.post(address, {"text": f"{HEAD}\t备注\t颜色\n{GOOD}\t无\t红", "look": "1"})
        known = client.post(address, {"text": f"{HEAD}\n{GOOD}", "look": "1"})
    assert "这些栏不认识，没有读取：备注、颜色" in text(looked)
    assert "不认识" not in text(known)
    assert "可以导入 1 行" in text(looked)


@pytest.mark.django_db
def test_pasted_rows_are_looked_at_then_the_good_ones_taken_and_the_others_stay() -> None:
    application = make.application_begun()
    with on(DAY):
        client, address = signed_in(applicant(application)), url("rows_import", application.number, "plan", "goals")
        looked = client.post(address, {"text": f"{HEAD}\n{GOOD}\n{BAD}", "look": "1"})
        assert looked.status_code == 200
        for words in ("可以导入 1 行", "还有 1 行需要修改", "第 3 行“第一年”", BAD):
            assert words in text(looked)
        application.refresh_from_db()
        assert application.answers.get("plan", {}) == {}
        carried = {name: looked.context["form"][name].value() for name in ("text", "good")}
        taken = client.post(address, carried | {"take": "1"})
        assert taken.status_code == 200
        assert "导入了 1 行" in text(taken)
        assert taken.context["form"]["text"].value().strip() == BAD
        assert not taken.context["form"]["good"].value()
        done = client.post(address, {"text": BAD.replace("三", "3"), "take": "1"})
    assert done.status_code == 302
    assert done["Location"] == url("section", application.number, "plan") + "#id_goals"
    application.refresh_from_db()
    second = {"indicator": "举办活动", "unit": "次", "first": 3, "second": 4, "third": 5}
    assert application.answers["plan"]["goals"] == [GOAL, second]


@pytest.mark.django_db
def test_the_template_brings_the_rows_there_are_and_comes_back_as_a_workbook() -> None:
    application = saved(make.application_begun(), "plan", goals=[GOAL])
    with on(DAY):
        client = signed_in(applicant(application))
        template = client.get(url("rows_template", application.number, "plan", "goals"))
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(template.streaming_content))).worksheets[0]
        lines = [list(row[:5]) for row in sheet.iter_rows(max_row=2, values_only=True)]
        assert lines[0] == HEAD.split("\t")
        assert [str(cell) for cell in lines[1]] == GOOD.split("\t")
        brought = workbook(*lines, ["举办活动", "次", 3, 4, 5])
        address = url("rows_import", application.number, "plan", "goals")
        looked = client.post(address, {"file": make.upload("目标.xlsx", brought), "look": "1"})
        assert "可以导入 2 行" in text(looked)
        refused = client.post(address, {"file": make.upload("目标.xlsx", b"PK"), "look": "1"})
        client.post(address, {"good": looked.context["form"]["good"].value(), "take": "1"})
        assert client.get(url("rows_template", application.number, "plan", "purpose")).status_code == 404
    assert refused.status_code == 422
    application.refresh_from_db()
    assert [row["indicator"] for row in application.answers["plan"]["goals"]] == ["引荐海外专家", "举办活动"]


@pytest.mark.django_db
@pytest.mark.clause("3.2-channels")
def test_partners_come_in_from_a_table_and_lead_back_to_the_form() -> None:
    application = make.application_begun()
    good = "示例海外学会\tExample Society\t科技团体\t新加坡\t2026年1月1日\t\t每年互访"
    bad = "示例商会\t\t不认识\t日本\t2026-01-01\t\t互派专家"
    kind = str(Partner.PartnerKind.SOCIETY.label)
    back = url("section", application.number, "channels")
    with on(DAY):
        client = signed_in(applicant(application))
        address = f"{reverse('resources:import')}?next={back}"
        looked = client.post(address, {"text": f"{good.replace('科技团体', kind)}\n{bad}", "look": "1"})
        assert "可以导入 1 行" in text(looked)
        assert "第 2 行“类型”" in text(looked)
        assert "partners" in lacking(application, "channels")
        done = client.post(address, {"good": looked.context["form"]["good"].value(), "take": "1"})
        assert (done.status_code, done["Location"]) == (302, back)
        assert "示例海外学会" in text(client.get(back))
        assert client.get(reverse("resources:template")).status_code == 200
    partner = application.organisation.partners.get()
    assert (partner.name, partner.kind, partner.since.isoformat(), partner.until) == (
        "示例海外学会",
        Partner.PartnerKind.SOCIETY,
        "2026-01-01",
        None,
    )
    assert "partners" not in lacking(application, "channels")


@pytest.mark.django_db
@pytest.mark.clause("3.2-channels")
@pytest.mark.parametrize(
    ("until", "badge"), [("2027-03-09", "今天不在合作期内"), ("2027-03-10", "合作中"), ("", "合作中")]
)
def test_the_form_says_which_partnership_holds_today(until: str, badge: str) -> None:
    application = make.application_begun()
    partner = make.partner(application.organisation, until=until)
    Partner.objects.filter(pk=partner.pk).update(foreign_name="")
    (line,) = re.findall(r"<p><strong>示例海外学会</strong>(.*?)</p>", shown(application, "channels"))
    assert re.sub(r"<.*?>", "", line) == f"，{partner.country}，{partner.get_kind_display()} {badge}"


# Files that answer --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("3.2-organised")
def test_evidence_stands_for_the_explanation_of_its_condition_alone() -> None:
    application = saved(make.application_ready(), "conditions", rules_note="", budget_note="")
    assert lacking(application, "conditions") == ["rules_note", "budget_note"]
    address = url("material_add", application.number, "condition_evidence")
    with on(DAY):
        client = signed_in(applicant(application))
        assert "工作规程：佐证材料" in text(client.get(f"{address}?about=rules"))
        assert client.post(f"{address}?about=nothing", {"file": make.upload()}).status_code == 422
        sent = client.post(f"{address}?about=rules", {"file": make.upload("规程.pdf")})
        assert sent.status_code == 302
        assert "规程.pdf" in text(client.get(url("section", application.number, "conditions")))
        evidence = application.materials.get(kind=Material.MaterialKind.CONDITION_EVIDENCE)
        assert evidence.about == "rules"
        assert lacking(application, "conditions") == ["budget_note"]
        client.post(url("material_remove", evidence.file.public_id))
    assert lacking(application, "conditions") == ["rules_note", "budget_note"]


@pytest.mark.django_db
@pytest.mark.clause("4.1-materials")
def test_an_attached_word_plan_answers_the_parts_it_has_headings_for() -> None:
    application = make.application_ready()
    application = saved(application, "plan", **dict.fromkeys(plan_parts(), ""), milestones=[])
    everything = [*plan_parts(), "milestones"]
    assert sorted(lacking(application, "plan")) == sorted(everything)
    plan = specimens.word(
        "一、单位基本情况", "（一）组织架构", "正文里提到工作计划，不是标题。", "二、建立基地的目的及意义"
    )
    with on(DAY):
        client, address = signed_in(applicant(application)), url("material_add", application.number, "base_plan")
        sent = client.post(address, {"file": make.upload("计划书.docx", plan)}, follow=True)
        assert "没有找到标题的部分须在网上填写" in text(sent)
        shown = text(client.get(url("section", application.number, "plan")))
        assert "所附计划书中已有“一、单位基本情况”，可不填" in shown
    found = {"basics", "structure", "purpose"}
    assert set(lacking(application, "plan")) == set(everything) - found
    for part in set(plan_parts()) - found:
        application = saved(application, "plan", **{part: "<p>网上填写。</p>"})
    application = saved(application, "plan", milestones=[make.row(MILESTONES)])
    assert lacking(application, "plan") == []
    make.submit(application)
    application.refresh_from_db()
    with on("2027-03-16"):
        read = text(signed_in(make.district(application.route)).get(url("version", application.number, 1)))
    assert "见所附计划书“一、单位基本情况”" in read
    assert "见所附计划书“二、建立基地的目的及意义”" in read


@pytest.mark.django_db
@pytest.mark.once
@pytest.mark.clause("4.1-materials")
def test_headings_are_looked_for_in_a_plan_in_word_and_nowhere_else(tmp_path: Path) -> None:
    plan = tmp_path / "upload"
    plan.write_bytes(specimens.word("一、单位基本情况", "二、建立基地的目的及意义"))
    kinds = Material.MaterialKind
    assert outline_of(kinds.BASE_PLAN, plan, "计划书.DOCX") == {
        "basics": "一、单位基本情况",
        "purpose": "二、建立基地的目的及意义",
    }
    assert outline_of(kinds.CONDITION_EVIDENCE, plan, "计划书.docx") is None
    assert outline_of(kinds.BASE_PLAN, plan, "计划书.pdf") is None
    assert outline_of(kinds.BASE_PLAN, tmp_path / "gone", "计划书.docx") is None
    plan.write_bytes(b"no document")
    assert outline_of(kinds.BASE_PLAN, plan, "计划书.docx") is None


# Earlier answers ----------------------------------------------------------------------------------------------------

EARLIER = {
    "plan": {"expected": "三年引进专家", "goals": "引荐十人", "purpose": "目的"},
    "overseas": {"contacts": "", "agreements": "与某学会的协议"},
}


@pytest.mark.once
def test_answers_of_the_earlier_form_are_read_whole_and_left_as_they_were() -> None:
    kept = {key: dict(given) for key, given in EARLIER.items()}
    found = upgraded(kept)
    assert found == {
        "plan": {"expected": "三年引进专家\n引荐十人", "purpose": "目的"},
        "overseas": {"contacts": "与某学会的协议"},
    }
    assert kept == EARLIER
    assert upgraded(found) == found
    read = {
        row.label: row.value.text
        for part in parts({"answers": EARLIER, "materials": [], "partners": []})
        for row in part.rows
    }
    assert read["预期目标"] == "三年引进专家\n引荐十人"
    assert read["联系的海外团体、专家简介"] == "与某学会的协议"
    assert read["可衡量的目标"] == ""


@pytest.mark.django_db
def test_the_migration_moves_text_out_of_the_way_of_tables() -> None:
    moved, untouched = make.application_begun(), make.application_begun(make.organisation())
    Application.objects.filter(pk=moved.pk).update(answers=EARLIER)
    Application.objects.filter(pk=untouched.pk).update(answers={"plan": {"goals": [GOAL]}})
    import_module("applications.migrations.0009_prefilled_and_outline").to_tables(apps, None)
    moved.refresh_from_db()
    untouched.refresh_from_db()
    assert moved.answers == upgraded(EARLIER)
    assert untouched.answers == {"plan": {"goals": [GOAL]}}


@pytest.mark.django_db
def test_what_was_filled_in_for_the_unit_says_where_it_comes_from_until_it_is_changed() -> None:
    first = saved(make.application_begun(), "particulars", director_name="林示例", business="")
    first = saved(first, "pledge", signed_by="林示例")
    with on("2028-03-10"):
        second = make.application_begun(first.organisation, make.call(2028))
        client, address = signed_in(applicant(second)), url("section", second.number, "particulars")
        form = client.get(address).context["form"]
        said = {key: str(form.fields[key].help_text) for key in ("director_name", "business", "contact_name")}
        assert "取自 2027 年度申报，请核对。" in said["director_name"]
        assert "取自" not in said["business"]
        assert "取自" in said["contact_name"]
        assert "pledge" not in second.answers
        typed = form.initial | {"director_name": "周示例"}
        client.post(address, {key: value for key, value in typed.items() if value is not None})
        again = text(client.get(address))
    second.refresh_from_db()
    assert second.answers["particulars"]["director_name"] == "周示例"
    assert "取自 2027 年度申报，请核对。" in again
    assert "director_name" not in (second.prefilled or {})["particulars"]


@pytest.mark.django_db
def test_a_first_draft_takes_the_contact_from_the_registration() -> None:
    application = make.application_begun()
    with on(DAY):
        page = signed_in(applicant(application)).get(url("section", application.number, "particulars"))
    fields = page.context["form"].fields
    assert application.answers["particulars"]["contact_name"] == applicant(application).name
    assert "取自登记信息，请核对。" in str(fields["contact_name"].help_text)
    assert "取自" not in str(fields["director_name"].help_text)
