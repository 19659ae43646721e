"""The application form: its sections and fields, and the materials it asks for (`4.1-materials`)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from applications.models import Material
from applications.sections.tables import AGREEMENTS, EXPERTS, GOALS, MILESTONES, STAFF
from haizhi_portal.files.tables import Column
from haizhi_portal.policy.words import Kind

MaterialKind = Material.MaterialKind


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``kind`` is text, long, integer, date, yes, mobile, email, rich or rows; ``limit`` in characters.

    The answer to a rich one is cleaned HTML, its text counted against ``limit``; to rows a list of records, keyed by
    ``columns``, days as ISO text. ``words`` are what yes and no are called where "no" is an answer too. ``covered``
    says that the attached plan may answer instead.
    """

    key: str
    label: str
    kind: str = "long"
    required: bool = True
    hint: str = ""
    limit: int = 2000
    columns: tuple[Column, ...] = ()
    words: tuple[str, str] | None = None
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form; ``fields`` is empty where the page is about materials alone."""

    key: str
    title: str
    lead: str
    clause: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class MaterialSpec:
    """What is asked of one kind of upload: formats by extension, whether it must carry the stamp and be there at all.

    Evidence of a condition is asked for beside the condition, not among the materials (``section``).
    """

    kind: str
    title: str
    hint: str
    stamped: bool
    allow: tuple[str, ...]
    required: bool = True
    section: str = "materials"


CONDITIONS: tuple[tuple[str, str, str], ...] = (
    ("rules", gettext_noop("工作规程"), gettext_noop("列出已制定的海智工作规程：名称、文号、施行日期。")),
    ("finance", gettext_noop("财务制度"), gettext_noop("列出经费管理和使用所依据的财务制度。")),
    ("yearly_plan", gettext_noop("年度工作计划"), gettext_noop("概述本年度海智工作计划的要点。")),
    ("staff", gettext_noop("专（兼）职工作人员"), gettext_noop("职责分工等；人员另在表里逐个填写。")),
    ("premises", gettext_noop("办公场地"), gettext_noop("写明地址、面积和使用方式。")),
    ("budget", gettext_noop("工作经费"), gettext_noop("写明经费来源和用途。")),
)
_EXTRA: dict[str, tuple[Field, ...]] = {
    "staff": (Field("staff_list", gettext_noop("工作人员名单"), "rows", columns=STAFF),),
    "budget": (Field("budget_amount", gettext_noop("年度预算（万元）"), "integer"),),
}


def _condition_fields() -> tuple[Field, ...]:
    """Declared, explained, and what is asked of one condition besides; evidence may stand for the explanation."""
    fields: list[Field] = []
    for key, label, hint in CONDITIONS:
        words = (gettext_noop("已具备"), gettext_noop("尚不具备"))
        fields.append(Field(f"{key}_met", f"{label}：是否具备", "yes", words=words))
        fields += _EXTRA.get(key, ())
        fields.append(Field(f"{key}_note", f"{label}：说明", "long", required=False, hint=hint, limit=1000))
    return tuple(fields)


def _part(key: str, label: str) -> Field:
    """One part of the plan, written here or found in the attached Word file."""
    return Field(key, label, "rich", covered=True)


SECTIONS: dict[str, Section] = {
    section.key: section
    for section in (
        Section(
            "particulars",
            gettext_noop("单位与联系人"),
            gettext_noop("单位名称、代码、性质、地址等取自注册信息，这里只填其余内容。"),
            "3.1-applicant",
            (
                Field("founded_on", gettext_noop("成立日期"), "date"),
                Field("capital", gettext_noop("注册资本或开办资金（万元）"), "integer", required=False),
                Field("employees", gettext_noop("职工人数"), "integer"),
                Field("researchers", gettext_noop("其中研发人员"), "integer"),
                Field("business", gettext_noop("主要业务或研究领域"), "text", limit=200),
                Field("director_name", gettext_noop("基地负责人"), "text", limit=60),
                Field("director_post", gettext_noop("基地负责人职务"), "text", limit=60),
                Field("contact_name", gettext_noop("联系人"), "text", limit=60),
                Field("contact_post", gettext_noop("联系人职务"), "text", required=False, limit=60),
                Field("contact_mobile", gettext_noop("联系人手机"), "mobile", limit=20),
                Field("contact_email", gettext_noop("联系人电子邮箱"), "email", limit=120),
            ),
        ),
        Section(
            "conditions",
            gettext_noop("组织实施条件"),
            gettext_noop("六项条件逐项声明并说明，审核时逐项核对。"),
            "3.2-organised",
            _condition_fields(),
        ),
        Section(
            "channels",
            gettext_noop("海外渠道与载体平台"),
            gettext_noop("至少登记一个正在合作的海外合作伙伴，并说明承接人才和项目的平台。"),
            "3.2-channels",
            (
                Field("contact", gettext_noop("与海外科技团体和科技工作者的联系渠道")),
                Field("platform", gettext_noop("引进人才、项目的载体平台")),
            ),
        ),
        Section(
            "plan",
            gettext_noop("基地计划书"),
            gettext_noop("分项填写，可随时保存；计划书是 Word 文件的，作为材料上传，其中已有的部分不必再填。"),
            "4.1-materials",
            (
                _part("basics", gettext_noop("单位简介：基本情况")),
                _part("structure", gettext_noop("单位简介：组织架构")),
                _part("system", gettext_noop("单位简介：体系建设")),
                _part("institutions", gettext_noop("单位简介：制度建设")),
                _part("talent", gettext_noop("单位简介：人才队伍建设")),
                _part("research", gettext_noop("单位简介：研发情况")),
                _part("achievements", gettext_noop("单位简介：目前取得的主要成果")),
                _part("leading", gettext_noop("单位简介：技术创新的引领作用")),
                _part("purpose", gettext_noop("建立基地的目的及意义")),
                _part("advantages", gettext_noop("优势与保障条件")),
                _part("work_plan", gettext_noop("工作计划")),
                Field(
                    "milestones",
                    gettext_noop("工作计划的时间节点"),
                    "rows",
                    hint=gettext_noop("每行一件事，写明到哪一天、完成到什么程度。"),
                    columns=MILESTONES,
                ),
                _part("expected", gettext_noop("预期目标")),
                Field(
                    "goals",
                    gettext_noop("可衡量的目标"),
                    "rows",
                    hint=gettext_noop("每行一个指标，填三年的年度目标值，例如“引荐海外专家”，单位“人次”。"),
                    columns=GOALS,
                ),
            ),
        ),
        Section(
            "overseas",
            gettext_noop("海外人才及团队联系情况"),
            gettext_noop("逐人、逐份填写，协议、合同等作为材料上传。"),
            "4.1-materials",
            (
                Field("contacts", gettext_noop("联系的海外团体、专家简介")),
                Field("experts", gettext_noop("海外专家"), "rows", required=False, columns=EXPERTS),
                Field("agreements", gettext_noop("与海外签订的协议"), "rows", required=False, columns=AGREEMENTS),
                Field("engagements", gettext_noop("专家聘任情况"), required=False),
                Field("projects", gettext_noop("引入的海外项目及孵化情况"), required=False),
            ),
        ),
        Section(
            "materials",
            gettext_noop("申报材料"),
            gettext_noop("逐件上传，需盖章的请先盖章再扫描。"),
            "4.1-materials",
        ),
        Section(
            "pledge",
            gettext_noop("承诺"),
            gettext_noop("提交前由单位逐条确认。"),
            "4.1-materials",
            (
                Field("truthful", gettext_noop("所填内容和所附材料真实、准确、完整"), "yes"),
                Field("no_secrets", gettext_noop("申报内容不涉及国家秘密，不侵犯他人知识产权"), "yes"),
                Field("personal_data", gettext_noop("涉及他人个人信息的，已取得本人同意"), "yes"),
                Field("guidance", gettext_noop("获得认定后接受市科协的业务指导和年度评估"), "yes"),
                Field("signed_by", gettext_noop("承诺人姓名"), "text", limit=60),
            ),
        ),
    )
}

MATERIALS: dict[str, MaterialSpec] = {
    spec.kind: spec
    for spec in (
        MaterialSpec(
            MaterialKind.APPLICATION_FORM,
            gettext_noop("申报书承诺页"),
            gettext_noop("写明对所报内容真实性负责，由法定代表人签字、加盖公章后扫描。"),
            True,
            ("pdf", "jpg", "png"),
        ),
        MaterialSpec(
            MaterialKind.BASE_PLAN,
            gettext_noop("基地计划书"),
            gettext_noop("完整的计划书。DOCX 的标题会逐一核对；PDF 无法核对，计划书各部分须在网上填写。"),
            False,
            ("pdf", "docx"),
        ),
        MaterialSpec(
            MaterialKind.LEGAL_CERTIFICATE,
            gettext_noop("法人资格证书"),
            gettext_noop("与单位性质相符的证书，加盖公章后扫描。"),
            True,
            ("pdf", "jpg", "png"),
        ),
        MaterialSpec(
            MaterialKind.REPRESENTATIVE_ID,
            gettext_noop("法定代表人身份证件"),
            gettext_noop("正反两面，加盖公章后扫描。加密保存，只供审核人员查看，默认遮挡，每次查看都有记录。"),
            True,
            ("pdf", "jpg", "png"),
        ),
        MaterialSpec(
            MaterialKind.OVERSEAS_CONTACTS,
            gettext_noop("海外人才及团队联系材料"),
            gettext_noop("合作协议、聘任协议、项目介绍、孵化协议等，可上传多件。"),
            False,
            ("pdf", "jpg", "png", "docx"),
        ),
        MaterialSpec(
            MaterialKind.CONDITION_EVIDENCE,
            gettext_noop("组织实施条件佐证材料"),
            gettext_noop("制度文本、任职文件、场地证明、预算批复等，可上传多件。"),
            False,
            ("pdf", "jpg", "png", "docx"),
            required=False,
            section="conditions",
        ),
    )
}

# Identity papers: encrypted where they lie, shown masked.
PROTECTED_KINDS = frozenset({MaterialKind.REPRESENTATIVE_ID})

_CERTIFICATES: dict[str, str] = {
    Kind.PARK: gettext_noop("营业执照或事业单位法人证书"),
    Kind.SOCIETY: gettext_noop("社会团体法人登记证书"),
    Kind.DISTRICT_CAST: gettext_noop("统一社会信用代码证书"),
    Kind.UNIVERSITY: gettext_noop("事业单位法人证书或民办非企业单位登记证书"),
    Kind.INSTITUTE: gettext_noop("事业单位法人证书或营业执照"),
    Kind.ENTERPRISE: gettext_noop("营业执照"),
    Kind.PUBLIC_INSTITUTION: gettext_noop("事业单位法人证书"),
}


def certificate_name(kind: str) -> str:
    """The certificate of legal personality that fits an organisation of this kind."""
    return _(_CERTIFICATES[kind])
