"""An action: its text, with `{noorm}` where the schema goes, and the names of what goes in and comes out."""

from dataclasses import dataclass, field
from typing import Any

from noorm_guest import Unsupported
from noorm_guest.dialect import Query

from ..naming import quote


@dataclass(frozen=True)
class Action:
    """What the host may ask for by a name."""

    sql: str
    parameters: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


def find(actions: dict[str, Action], name: str, target: Any) -> Query:
    """Returns the query of the action `name`."""
    if (action := actions.get(name)) is None:
        raise Unsupported(f"the action `{name}`")
    return Query(fill(action.sql, place(target)), action.parameters, action.columns)


def place(target: Any) -> str:
    """Returns what stands before the name of a table: nothing, or the attached database that holds the tables."""
    return "" if target.schema is None else f"{quote(target.schema)}."


def fill(sql: str, place: str) -> str:
    """Puts the schema into a text of ours."""
    return sql.strip().replace("{noorm}", place)
