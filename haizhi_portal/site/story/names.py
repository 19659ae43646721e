"""Invented names. No real unit is ever shown in any state."""

from haizhi_portal.policy.words import Kind

# fmt: off
STEMS = (
    "海岚", "星汀", "澜石", "北桅", "东岬", "渤曜", "汐禾", "望屿", "云锚", "青渚",
    "砺舟", "晏海", "桅灯", "潮信", "岚芯", "鲸落", "鸥汀", "远澜", "沧砚", "屿光",
    "帆影", "澄湾", "朔潮", "浅汐", "霁岛", "汀洲", "曜澜", "礁语", "碧湾", "棹歌",
)
# fmt: on

# Between stem and ending once every stem has been used; the first turn has none.
ORDINALS = ("", *"甲乙丙丁戊己庚辛壬癸")

ENDINGS = {
    Kind.PARK: ("科技产业园管理有限公司", "创新产业园发展有限公司"),
    Kind.SOCIETY: ("技术学会", "工程学会", "材料研究会"),
    Kind.DISTRICT_CAST: ("演示区科学技术协会",),
    Kind.UNIVERSITY: ("理工学院", "海洋大学城学院"),
    Kind.INSTITUTE: ("智能装备研究院", "生物技术研究所"),
    Kind.ENTERPRISE: ("智能装备有限公司", "新材料股份有限公司", "生物医药有限公司", "数字科技有限公司"),
    Kind.PUBLIC_INSTITUTION: ("科技服务中心", "人才服务中心"),
}

# fmt: off
PEOPLE = (
    "林知远", "周砚秋", "沈若澜", "许景行", "顾清和", "陆闻舟", "程望舒", "韩以宁", "宋怀瑾", "唐予安",
    "叶知秋", "苏慕白", "高云舒", "何思齐", "罗正则", "梁雨桐", "谢长风", "邓亦凡", "冯子衿", "曹书白",
)
# fmt: on

OVERSEAS = (
    ("北欧海洋工程师协会（虚构）", "Nordic Society of Ocean Engineers (fictional)", "挪威"),
    ("莱茵材料研究联合会（虚构）", "Rhine Materials Research Union (fictional)", "德国"),
    ("枫湾华人科学家协会（虚构）", "Maple Bay Chinese Scientists Association (fictional)", "加拿大"),
    ("南十字生物技术学会（虚构）", "Southern Cross Biotechnology Society (fictional)", "澳大利亚"),
    ("濑户机器人研究会（虚构）", "Seto Robotics Institute (fictional)", "日本"),
    ("湖区数字创新中心（虚构）", "Lakeland Digital Innovation Centre (fictional)", "英国"),
)


def organisation_name(kind: str, index: int) -> str:
    """The ``index``-th invented name of an organisation of that kind; the first 10,000 names never repeat."""
    endings = ENDINGS[Kind(kind)]
    turn, stem = divmod(index, len(STEMS))
    if turn < len(ORDINALS):
        middle = ORDINALS[turn]
    else:
        ordinal, second = divmod(turn - len(ORDINALS), len(STEMS))
        middle = STEMS[(stem + second + 1) % len(STEMS)] + ORDINALS[ordinal]
    return f"大连{STEMS[stem]}{middle}{endings[index % len(endings)]}"


def person_name(index: int) -> str:
    """The ``index``-th invented personal name; four hundred of them pass before one repeats."""
    given = PEOPLE[(index + index // len(PEOPLE) * 7) % len(PEOPLE)][1:]
    return PEOPLE[index % len(PEOPLE)][0] + given
