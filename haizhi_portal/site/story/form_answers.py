"""What the units of the story write into the application form: believable, invented, the same every time."""

from typing import Any

from applications.sections import SECTIONS
from haizhi_portal.accounts.models import User

_TEXT: dict[str, Any] = {
    "founded_on": "2012-06-18",
    "capital": 3000,
    "employees": 126,
    "researchers": 48,
    "business": "海洋工程装备与海洋新材料的研发、中试和产业化",
    "director_post": "总工程师",
    "contact_post": "国际合作部主任",
    "contact_email": "contact@example.com",
    "rules_note": "《海智工作规程（试行）》，示例字〔2026〕3 号，2026 年 1 月 1 日起施行，明确职责、流程和保密要求。",
    "finance_note": "《科研经费管理办法》《外事接待经费管理细则》，海智经费单独列支、专人核算。",
    "yearly_plan_note": "年度计划含两场技术对接、一次海外互访和三项联合研发，已经办公会通过。",
    "staff_note": "国际合作部牵头，研发中心和综合部各有一名联络员。",
    "premises_note": "国际合作部办公室 180 平方米，另有联合实验室 420 平方米，均为自有用房。",
    "budget_amount": 60,
    "budget_note": "单位自筹 40 万元，课题经费 20 万元，用于互访、对接活动和专家咨询。",
    "contact": "与海外科技团体每季度例会一次，每年互访一次，设有固定联络人。",
    "platform": "建有中试车间和联合实验室，可为海外团队提供工位、设备和注册服务。",
    "basics": "<p>单位成立十余年，长期从事海洋装备与新材料方向的研发和产业化，办公与实验场地约三千平方米。</p>",
    "structure": "<p>内设四个部门，海智工作由国际合作部牵头：</p>"
    "<ul><li>研发中心：联合研发和中试</li><li>成果转化部：项目对接和落地</li>"
    "<li>国际合作部：海外联络和专家服务</li><li>综合部：经费和后勤保障</li></ul>",
    "system": "<p>建立了从<strong>项目征集、对接、落地到跟踪服务</strong>的工作体系，每个项目有专人负责。</p>",
    "institutions": "<p>制定海智工作规程、经费管理办法、专家服务办法等七项制度。</p>",
    "talent": "<p>现有博士二十一人，海外留学归国人员十四人，外聘专家六人。</p>",
    "research": "<p>近三年承担省市科技项目九项，研发投入占营业收入百分之八。</p>",
    "achievements": "<p>获授权发明专利三十二件，两项成果实现产业化。</p>",
    "leading": "<p>牵头制定行业标准两项，带动上下游企业十二家。</p>",
    "purpose": "<p>把与海外团体的零散往来变成稳定渠道，为大连重点产业引进人才和项目。</p>",
    "advantages": "<p>有专职人员、固定场地和年度经费，管理层分工明确。</p>",
    "work_plan": "<ol><li>第一年建库并举办两场对接活动</li><li>第二年引进团队一个</li><li>第三年落地项目两项</li></ol>",
    "expected": "<p>三年内合作海外组织不少于四个，引荐专家二十人次，落地项目三项。</p>",
    "contacts": "长期联系海外科技团体两个、专家十一人，涵盖海洋工程、复合材料和智能航运。",
    "engagements": "聘任海外专家三人为技术顾问，聘期三年。",
    "projects": "引入联合研发项目一项，已进入中试。",
}


def answers_of(section: str, person: User, year: int) -> dict[str, object]:
    """Believable answers to one section of the form of that year's call."""
    tables = _tables(person, year)
    given: dict[str, object] = {}
    for field in SECTIONS[section].fields:
        if field.kind == "yes":
            given[field.key] = True
        elif field.kind == "mobile":
            given[field.key] = person.mobile
        elif field.kind == "rows":
            given[field.key] = tables[field.key]
        else:
            given[field.key] = _TEXT.get(field.key, person.name)
    return given


def _tables(person: User, year: int) -> dict[str, list[dict[str, Any]]]:
    return {
        "staff_list": [
            {"name": person.name, "post": "国际合作部主任", "time": "full", "duty": "统筹海智工作"},
            {"name": "沈示例", "post": "项目主管", "time": "full", "duty": "海外联络与资源库"},
            {"name": "顾示例", "post": "研发中心秘书", "time": "part", "duty": "专家服务"},
        ],
        "milestones": [
            {"on": f"{year}-10-31", "task": "建成海外资源库", "result": "入库团体、专家和项目不少于三十条"},
            {"on": f"{year}-12-20", "task": "举办首场技术对接", "result": "到会海外专家不少于五人"},
            {"on": f"{year + 1}-06-30", "task": "引进海外团队", "result": "签订合作协议一份"},
            {"on": f"{year + 2}-06-30", "task": "项目落地", "result": "两项进入中试"},
        ],
        "goals": [
            {"indicator": "合作海外组织", "unit": "个", "first": 2, "second": 3, "third": 4},
            {"indicator": "引荐海外专家", "unit": "人次", "first": 5, "second": 12, "third": 20},
            {"indicator": "落地海外项目", "unit": "项", "first": 0, "second": 1, "third": 3},
        ],
        "experts": [
            _expert("陈示远", "新加坡", "海湾理工学院（虚构）", "海洋结构", "engaged", "担任技术顾问，每年来访两次"),
            _expert("埃里克·示例", "挪威", "北境船舶研究所（虚构）", "智能航运", "cooperating", "联合培养博士后"),
            _expert("林示和", "日本", "东湾大学（虚构）", "复合材料", "contact", ""),
        ],
        "agreements": [
            {
                "title": "科技交流合作备忘录",
                "party": "南十字海洋工程师学会（虚构）",
                "signed_on": f"{year - 1}-05-16",
                "until": f"{year + 2}-05-15",
                "content": "每年互访一次，共同举办技术交流",
            }
        ],
    }


def _expert(name: str, country: str, institution: str, field: str, engaged: str, note: str) -> dict[str, str]:
    return {
        "name": name,
        "country": country,
        "institution": institution,
        "field": field,
        "engaged": engaged,
        "note": note,
    }
