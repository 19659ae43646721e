"""Numbers people type: unified social credit codes (GB 32100), identity cards (GB 11643), mobile telephones."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from random import Random

from stdnum import numdb
from stdnum.cn import ric, uscc

from haizhi_portal.policy.verdict import Verdict

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LOOKALIKES = {"I": "1", "O": "0", "S": "5", "V": "U 或 Y", "Z": "2"}
# Who registers (first place) and what kinds of unit they register (second place), after GB 32100 and its amendments.
_REGISTERED_BY: dict[str, tuple[str, str]] = {
    "1": ("机构编制", "1239"),
    "2": ("外交", "19"),
    "3": ("司法行政", "123459"),
    "4": ("文化", "19"),
    "5": ("民政", "123459"),
    "6": ("旅游", "129"),
    "7": ("宗教", "129"),
    "8": ("工会", "19"),
    "9": ("市场监管", "123"),
    "A": ("中央军委改革和编制管理", "19"),
    "N": ("农业农村", "1239"),
    "Y": ("其他", "1"),
}
_NATIONAL_REGISTRY = "100000"
_SUBJECT_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_APPLICANT = "3.1-applicant"
_MATERIALS = "4.1-materials"


def normalise(text: str) -> str:
    """The number as it is kept: half-width, upper case, without spaces, hyphens or invisible characters."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        sign for sign in folded if unicodedata.category(sign) not in {"Zs", "Cc", "Cf", "Pd"} and sign != "−"
    )


def credit_code_verdict(code: str) -> Verdict:
    """Whether a unified social credit code is well formed, with words that tell how to mend it.

    Looked at: length, signs, registering department and kind, division of the registry, check digit. The inner check
    digit of the organisation's own part is left alone: the outer one covers every single slip.
    """
    code = normalise(code)
    problem = _credit_code_problem(code)
    return Verdict.no(_APPLICANT, problem) if problem else Verdict.yes(_APPLICANT)


def _credit_code_problem(code: str) -> str:
    if not code:
        return "请填写统一社会信用代码，18 位，见单位的法人证书或营业执照。"
    if len(code) != 18:
        return f"统一社会信用代码应为 18 位，现填了 {len(code)} 位，请对照证照补全或删去多余字符。"
    for place, sign in enumerate(code, start=1):
        if sign not in CREDIT_CODE_ALPHABET:
            instead = _LOOKALIKES.get(sign)
            hint = f"，是否应为 {instead}" if instead else "，请对照证照更正"
            return f"统一社会信用代码第 {place} 位“{sign}”不是可用字符{hint}。"
    department, kinds = _REGISTERED_BY.get(code[0], ("", ""))
    if not department:
        return f"统一社会信用代码第 1 位“{code[0]}”不是登记管理部门的代码，请对照证照更正。"
    if code[1] not in kinds:
        return f"统一社会信用代码第 2 位“{code[1]}”不是{department}部门登记的机构类别，请对照证照更正。"
    if not code[2:8].isdigit():
        return "统一社会信用代码第 3 至 8 位是登记机关区划，应全为数字，请对照证照更正。"
    if not _is_division(code[2:8]):
        return f"统一社会信用代码第 3 至 8 位“{code[2:8]}”不是登记机关的行政区划代码，请对照证照更正。"
    if uscc.calc_check_digit(code[:-1]) != code[-1]:
        return "统一社会信用代码的校验码不符，至少有一位填错，请对照证照逐位核对。"
    return ""


@cache
def _is_division(digits: str) -> bool:
    """Whether a registry may have this division code: the national one, or one whose prefecture exists.

    The last two digits are the registry's affair: development zones register under codes that the country's table of
    divisions (GB/T 2260, from `stdnum`, abolished ones included) does not list.
    """
    if digits == _NATIONAL_REGISTRY:
        return True
    divisions = numdb.get("cn/loc")
    return any("county" in divisions.info(f"{digits[:4]}{last:02d}")[-1][1] for last in range(100))


def legal_person_verdict(code: str | None, is_branch: bool) -> Verdict:
    """Whether the unit is a legal person: neither a branch, which only the unit can tell, nor an individual business.

    Any other code that is not well formed is refused as such; None is a code not known yet.
    """
    if is_branch:
        return Verdict.no(_APPLICANT, "分支机构不具有独立法人资格，不能申报，请由其所属的法人单位申报。")
    if code is None:
        return Verdict.yes(_APPLICANT)
    if normalise(code).startswith("92"):
        return Verdict.no(
            _APPLICANT, "代码以 92 开头的是个体工商户，不具有法人资格，不能申报；登记为企业法人后可用新代码申报。"
        )
    return credit_code_verdict(code)


def id_card_verdict(number: str) -> Verdict:
    """Whether a resident identity card number is well formed: 18 places, a real day of birth, the check digit."""
    number = normalise(number)
    if len(number) != 18:
        return Verdict.no(_MATERIALS, f"居民身份证号应为 18 位，现填了 {len(number)} 位。")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return Verdict.no(_MATERIALS, "居民身份证号前 17 位应为数字，末位为数字或 X。")
    if not _is_day(number[6:14]):
        return Verdict.no(_MATERIALS, "居民身份证号第 7 至 14 位不是有效的出生日期，请核对。")
    if ric.calc_check_digit(number) != number[-1]:
        return Verdict.no(_MATERIALS, "居民身份证号的校验码不符，至少有一位填错，请逐位核对。")
    return Verdict.yes(_MATERIALS)


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= 1900
    except ValueError:
        return False


def mobile_verdict(number: str) -> Verdict:
    """Whether it is a mobile number of the mainland, with or without +86."""
    digits = normalise(number)
    digits = digits.removeprefix("+86") if digits.startswith("+") else digits
    if _MOBILE.fullmatch(digits):
        return Verdict.yes(_APPLICANT)
    return Verdict.no(_APPLICANT, "手机号应为 1 开头的 11 位数字，第二位为 3 至 9，请核对。")


def synthetic_credit_code(prefix: str, rng: Random) -> str:
    """A valid code for demonstrations, drawn from `rng`: never one of a real unit, whose ninth place is not "DL".

    `prefix` is the first 8 places, or the 6 of the place of registration, which makes it a company's ("91").
    Raises ValueError for a prefix of another length.
    """
    if len(prefix) == 6:
        prefix = f"91{prefix}"
    if len(prefix) != 8:
        raise ValueError("a prefix has 6 or 8 places")
    subject = f"DL{rng.randrange(10**6):06d}"
    body = prefix + subject + subject_check_digit(subject)
    return body + uscc.calc_check_digit(body)


def subject_check_digit(subject: str) -> str:
    """The ninth sign of an organisation's own part of the code, from the eight before it (GB 11714)."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(subject, _SUBJECT_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def mask_id(text: str, *, head: int = 3, tail: int = 4) -> str:
    """Only the first `head` and last `tail` signs legible; all hidden when that would show the whole."""
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]
