"""The tables of the form: what each row asks."""

from django.utils.translation import gettext_noop

from haizhi_portal.files.tables import Column

STAFF = (
    Column("name", gettext_noop("姓名"), limit=60),
    Column("post", gettext_noop("职务"), limit=60),
    Column(
        "time",
        gettext_noop("专职或兼职"),
        "choice",
        choices=(("full", gettext_noop("专职")), ("part", gettext_noop("兼职"))),
    ),
    Column("duty", gettext_noop("负责的工作"), required=False, limit=120),
)

MILESTONES = (
    Column("on", gettext_noop("完成日期"), "date"),
    Column("task", gettext_noop("工作内容"), limit=200),
    Column("result", gettext_noop("完成标志"), limit=200),
)

GOALS = (
    Column("indicator", gettext_noop("指标"), limit=80),
    Column("unit", gettext_noop("单位"), limit=20),
    Column("first", gettext_noop("第一年"), "integer"),
    Column("second", gettext_noop("第二年"), "integer"),
    Column("third", gettext_noop("第三年"), "integer"),
)

EXPERTS = (
    Column("name", gettext_noop("姓名"), limit=80),
    Column("country", gettext_noop("所在国家或地区"), limit=60),
    Column("institution", gettext_noop("工作机构"), limit=120),
    Column("field", gettext_noop("专业领域"), limit=80),
    Column(
        "engaged",
        gettext_noop("联系方式"),
        "choice",
        choices=(
            ("engaged", gettext_noop("已聘任")),
            ("cooperating", gettext_noop("合作中")),
            ("contact", gettext_noop("有联系")),
        ),
    ),
    Column("note", gettext_noop("合作内容"), required=False, limit=300),
)

AGREEMENTS = (
    Column("title", gettext_noop("协议名称"), limit=120),
    Column("party", gettext_noop("签约对方"), limit=120),
    Column("signed_on", gettext_noop("签订日期"), "date"),
    Column("until", gettext_noop("有效期至"), "date", required=False),
    Column("content", gettext_noop("主要内容"), required=False, limit=300),
)
