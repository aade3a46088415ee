"""Names: what SQLite takes for one, and how it is quoted."""

from typing import Any

from noorm_guest import Unsupported
from noorm_guest import dialect as standard
from noorm_guest.dialect import NameRules


def rules() -> NameRules:
    """Returns what names may be."""
    return NameRules(default_schema="main")


def quote(identifier: str) -> str:
    """Quotes one identifier."""
    return standard.quote(identifier)


def qualify(name: Any) -> str:
    """Quotes each part of a name and joins them."""
    if name.catalog is not None:
        raise Unsupported("a name with a catalog")
    return quote(name.name) if name.schema is None else f"{quote(name.schema)}.{quote(name.name)}"
