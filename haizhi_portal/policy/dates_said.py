"""Days in Chinese words, the same on every page, in every message and document."""

from __future__ import annotations

from datetime import date

_WEEKDAYS = "一二三四五六日"


def said(day: date) -> str:
    """2026年1月5日: no leading zeros, as official documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def said_with_weekday(day: date) -> str:
    """2026年1月5日（周一）."""
    return f"{said(day)}（{said_weekday(day)}）"


def said_weekday(day: date) -> str:
    """周一."""
    return f"周{_WEEKDAYS[day.weekday()]}"


def said_range(first: date, last: date) -> str:
    """Both days included: 2028年12月15日至2029年3月15日."""
    return f"{said(first)}至{said(last)}"


def days_left(today: date, day: date) -> str:
    """How far `day` is from `today`: 还有 3 天, 今天, 已过 2 天."""
    distance = (day - today).days
    if distance > 0:
        return f"还有 {distance} 天"
    if distance == 0:
        return "今天"
    return f"已过 {-distance} 天"
