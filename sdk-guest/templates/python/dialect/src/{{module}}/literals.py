"""Values as SQLite writes them."""

import math
import re
from typing import Any

from noorm_guest import Problem
from noorm_guest import dialect as standard

# So many significant digits survive SQLite's only type for fractions.
DIGITS_KEPT = 15


def literal(value: Any) -> str:
    """Returns a complete literal of a `scalar`, whose class is called after its case."""
    match type(value).__name__.rpartition("_")[2].lower():
        case "boolean":
            return "1" if value.value else "0"
        case "decimal" if not is_kept(value.value):
            return as_text(value)
        case "real":
            return real(value)
    return standard.literal(value)


def escape(text: str) -> str:
    """Returns what may stand between the quotes of a string literal."""
    return standard.escape(text)


def is_kept(decimal: str) -> bool:
    """Returns whether SQLite keeps all digits of a number."""
    if re.fullmatch(r"-?[0-9]+", decimal):
        # Longer ones are not even read: that takes the time of their square.
        digits = decimal.lstrip("-0") or "0"
        limit = 2**63 if decimal.startswith("-") else 2**63 - 1
        return len(digits) < 20 and int(digits) <= limit
    digits = re.sub(r"[^0-9]", "", re.split(r"[eE]", decimal)[0])
    return len(digits.lstrip("0")) <= DIGITS_KEPT


def as_text(decimal: Any) -> str:
    """A number that SQLite would round becomes text, and the column's affinity decides what it is stored as."""
    # It refuses what is no number, and could end the text.
    standard.literal(decimal)
    return f"'{decimal.value}'"


def real(value: Any) -> str:
    """Returns the literal of a floating-point number."""
    if math.isnan(value.value):
        raise Problem("not-a-number", "SQLite has no NaN: it would become NULL")
    # Beyond the greatest number there is only infinity, which has no name in SQLite.
    if math.isinf(value.value):
        return "(-9e999)" if value.value < 0 else "9e999"
    return standard.literal(value)
