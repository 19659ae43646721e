"""Which required parts of the base plan an attached Word file has, by its headings (`4.1-materials`)."""

import re
import unicodedata
from collections.abc import Iterable

from applications.sections.form import SECTIONS

_SAYINGS: dict[str, tuple[str, ...]] = {
    "basics": ("基本情况", "单位概况", "基本信息", "单位基本"),
    "structure": ("组织架构", "组织机构", "组织结构", "机构设置"),
    "system": ("体系建设", "工作体系"),
    "institutions": ("制度建设", "规章制度", "管理制度"),
    "talent": ("人才队伍", "人才建设", "队伍建设", "人才团队"),
    "research": ("研发情况", "研究开发", "科研情况", "研发能力", "研发投入"),
    "achievements": ("主要成果", "取得的成果", "科研成果", "已有成果", "成果情况"),
    "leading": ("引领作用", "示范作用", "带动作用", "技术创新"),
    "purpose": ("目的", "意义", "必要性"),
    "advantages": ("优势", "保障条件", "保障措施", "条件保障"),
    "work_plan": ("工作计划", "工作安排", "建设计划", "实施计划", "工作方案"),
    "expected": ("预期目标", "工作目标", "建设目标", "预期成效", "预期成果"),
}
_NUMBERING = re.compile(r"^(?:第?[一二三四五六七八九十\d]+[、.章节部]?|\([一二三四五六七八九十\d]+\)|\s)+")


def plan_parts() -> dict[str, str]:
    """Key → words of every part an attached plan may answer, in the order of the form."""
    return {field.key: field.label for field in SECTIONS["plan"].fields if field.covered}


def parts_found(headings: Iterable[str]) -> dict[str, str]:
    """Part → the heading it stands under. A heading may announce two parts; the first heading of a part counts."""
    found: dict[str, str] = {}
    for heading in headings:
        said = _bare(heading)
        for part in plan_parts():
            if part not in found and any(saying in said for saying in _SAYINGS[part]):
                found[part] = heading
    return found


def _bare(heading: str) -> str:
    """The words of a heading without its number and without spaces."""
    folded = unicodedata.normalize("NFKC", heading).strip()
    return "".join(_NUMBERING.sub("", folded).split())
