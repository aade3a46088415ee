"""noorm's own tables. The texts are beside this file; here they meet the schema that holds the tables."""

from typing import Any

from noorm_guest import Unsupported
from noorm_guest.dialect import Query

from . import actions, vault
from .action import fill, find, place
from .adopt import Adoption, adoption
from .schema import UPGRADES


def latest() -> int:
    """Returns the newest schema version."""
    return len(UPGRADES)


def upgrade(installed: int, target: Any) -> list[str]:
    """Returns what leads from a version to the next."""
    if installed >= len(UPGRADES):
        raise Unsupported(f"an upgrade from schema version {installed}")
    return [fill(sql, place(target)) for sql in UPGRADES[installed]]


def action(name: str, target: Any) -> Query:
    """Returns the query of the action `name`."""
    return find(actions.ACTIONS | vault.ACTIONS, name, target)


def adopt(found: list[Any], target: Any) -> Adoption | None:
    """Decides about tables that stand elsewhere, or that the original made."""
    return adoption(found, place(target))
