"""Names and values as standard SQL writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any

from .problem import Problem, Unsupported

# A number in decimal notation, and nothing behind it: whatever else there was would be SQL.
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def lookup(pairs: Sequence[tuple[str, str]], name: str) -> str | None:
    """Returns the value of the first pair with this name."""
    return next((value for word, value in pairs if word == name), None)


def quote(identifier: str, *, max_bytes: int = 0, open: str = '"', close: str = '"') -> str:
    """Quotes an identifier. Raises for what no quoting can express: an empty name, NUL, one over the limit."""
    if not identifier:
        raise Problem("empty-name", "a name is empty")
    if "\0" in identifier:
        raise Problem("nul-in-name", "a name has a NUL in it")
    if 0 < max_bytes < len(identifier.encode()):
        raise Problem("name-too-long", f"`{identifier}` is longer than {max_bytes} bytes")
    return open + identifier.replace(close, close + close) + close


def escape(text: str) -> str:
    """Returns what may stand between the quotes of a string literal."""
    if "\0" in text:
        raise Problem("nul-in-text", "a text has a NUL in it")
    return text.replace("'", "''")


def literal(value: Any, text: Callable[[str], str] = escape) -> str:
    """Returns a complete literal of a `scalar`. A negative number stands in parentheses: after a minus sign it would begin a
    comment.
    """
    match type(value).__name__.rpartition("_")[2].lower():
        case "null":
            return "NULL"
        case "boolean":
            return "TRUE" if value.value else "FALSE"
        case "integer":
            return _number(str(value.value))
        case "decimal":
            if _DECIMAL.fullmatch(value.value) is None:
                raise Problem("bad-decimal", "a decimal is not a number")
            return _number(value.value)
        case "real":
            if not math.isfinite(value.value):
                raise Unsupported(f"the number {value.value} has no literal")
            shown = repr(value.value)
            return _number(shown.replace("e+", "e") if "e" in shown else f"{shown}e0")
        case "text":
            return f"'{text(value.value)}'"
        case "bytes":
            return f"X'{value.value.hex()}'"
        case other:
            raise Unsupported(f"a value of kind {other}")


def _number(text: str) -> str:
    return f"({text})" if text.startswith("-") else text
