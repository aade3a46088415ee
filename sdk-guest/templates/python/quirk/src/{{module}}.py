"""A rule of the house over any dialect: names are lower-case. What is not overridden is the base dialect's."""

from __future__ import annotations

from noorm_guest import Problem
from noorm_guest.quirk import Base, dialect_quirk


# `bases` are the dialects that it was made for, such as ["postgres"]; none: any.
@dialect_quirk(name="{{name}}", version="0.1.0", summary="a naming rule over any dialect", bases=[])
class {{type}}:
    """A method `naming_quote` answers in place of the base's `naming.quote`, and so on for every function of a dialect."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def naming_quote(self, identifier: str) -> str:
        if identifier != identifier.lower():
            help = f"call it `{identifier.lower()}`"
            raise Problem("{{word}}-name", f"`{identifier}` has capital letters", help=help)
        return str(self.base.naming.quote(identifier))
