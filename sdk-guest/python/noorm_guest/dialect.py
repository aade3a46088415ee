"""Makes the exports of a dialect of a class, with answers that are right for most where it has none.

Answers are records of `wit/dialect`: any object with their fields as attributes, in snake case. The ones of this module will
do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeVar

from .interfaces import Answer, export, unknown_methods
from .problem import Unsupported
from .split import Piece, Range, Splitter, Syntax
from .sql import escape, literal, lookup, quote

__all__ = [
    "AroundText", "ControlText", "NameRules", "Piece", "Query", "Range", "Splitter", "Syntax", "dialect", "escape", "literal",
    "lookup", "quote",
]  # fmt: skip

Author = TypeVar("Author", bound=type)
Pairs = list[tuple[str, str]]


@dataclass
class NameRules:
    """What names may be: `max_bytes` 0 is no limit, `folds` is `lower`, `upper` or `keep`."""

    max_bytes: int = 0
    folds: str = "keep"
    separator: str = "."
    default_schema: str | None = None


@dataclass
class ControlText:
    """The text of transaction control; `ddl` says whether DDL takes part in transactions."""

    begin: str = "BEGIN"
    commit: str = "COMMIT"
    rollback: str = "ROLLBACK"
    ddl: bool = False
    setup: list[str] = field(default_factory=list)
    reset: list[str] = field(default_factory=list)
    attrs: Pairs = field(default_factory=list)


@dataclass
class AroundText:
    """What stands around a script's transaction."""

    before: list[str] = field(default_factory=list)
    check: str = ""
    after: list[str] = field(default_factory=list)


@dataclass
class Query:
    """SQL, the names of the values to bind in order, and those of the columns that come back."""

    sql: str
    parameters: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    attrs: Pairs = field(default_factory=list)


NEEDED = ("naming_rules", "naming_quote", "transaction_control", "tracking_latest", "tracking_upgrade", "tracking_action",
          "lock_action")  # fmt: skip


def dialect(
    *, name: str, version: str, summary: str, dialect: str, driver: str, attrs: Sequence[tuple[str, str]] = ()
) -> Callable[[Author], Author]:
    """Makes a dialect of a class whose methods answer: `naming_quote(identifier)` is `naming.quote`.

    `name` is `dialect-` and a word, `dialect` what a config says, `driver` the host's driver: `sqlite`, `postgres`, `mysql`,
    `mssql`. Those of `NEEDED` have to be there.
    """
    descriptor = SimpleNamespace(
        name=name, version=version, summary=summary, dialect=dialect, driver=driver, attrs=list(attrs)
    )

    def decorate(author: Author) -> Author:
        if unknown := unknown_methods(author):
            raise TypeError(f"a dialect has no function for {', '.join(unknown)}")
        if missing := [word for word in NEEDED if not hasattr(author, word)]:
            raise TypeError(f"a dialect needs {', '.join(missing)}")
        own = author()
        answers: dict[str, Answer] = {"describe_describe": lambda: descriptor, **_defaults(own)}

        def answer(part: str, word: str) -> Answer:
            found: Answer = getattr(own, f"{part}_{word}", None) or answers[f"{part}_{word}"]
            return found

        export(author, answer)
        return author

    return decorate


def _defaults(own: Any) -> dict[str, Answer]:
    def files(*_: Any) -> Any:
        raise Unsupported("databases are files here")

    def qualify(name: Any) -> str:
        parts = (part for part in (name.catalog, name.schema, name.name) if part is not None)
        return str(own.naming_rules().separator).join(own.naming_quote(part) for part in parts)

    text: Callable[[str], str] = getattr(own, "literals_escape", escape)
    return {
        "server_login": lambda wishes: [],
        "server_probe": lambda: "",
        "server_facts": lambda answer: answer,
        "database_maintenance": files,
        "database_exists": files,
        "database_create": files,
        "database_destroy": files,
        "naming_qualify": qualify,
        "literals_literal": lambda value: literal(value, text),
        "literals_escape": escape,
        "transaction_around": lambda marks: AroundText(),
        "tracking_adopt": lambda found, target: None,
        "script_open": lambda path, options: Splitter(),
        "effect_look": lambda statement, options: None,
        "errors_classify": lambda error: "other",
    }
