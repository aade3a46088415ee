"""What {{word}} does to every PostgreSQL: a statement may not take longer than a minute.

Every answer that is not overridden is that of the dialect under it.
"""

from __future__ import annotations

from noorm_guest.dialect import ControlText
from noorm_guest.quirk import Base, dialect_quirk

TIMEOUT = "SET statement_timeout = '60s'"


# `bases` are the dialects that it was made for; none: any.
@dialect_quirk(name="{{name}}", version="0.1.0", summary="what {{word}} does to every database", bases=["postgres"])
class StatementTimeout:
    """A method `naming_quote` answers in place of the base's `naming.quote`, and so on for every function of a dialect."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def transaction_control(self, options: list[tuple[str, str]]) -> ControlText:
        """Sets the time when a session begins, and again where the base resets a session between two files."""
        control: ControlText = self.base.transaction.control(options)
        control.setup.append(TIMEOUT)
        if control.reset:
            control.reset.append(TIMEOUT)
        return control
