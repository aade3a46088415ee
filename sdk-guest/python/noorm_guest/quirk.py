"""Makes the exports of a quirk: what its author overrides, and the base dialect's for everything else."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

from .interfaces import INTERFACES, Answer, export, unknown_methods

Author = TypeVar("Author", bound=type)


class _Part:
    """An interface of the base. Its functions are called only within those of the quirk, which says who it is before it has
    a base. What is imported has to be imported while the component is made; without one there is nothing to import.
    """

    def __init__(self, part: str) -> None:
        self._part = part
        try:
            self._module: Any = importlib.import_module(f"wit_world.imports.{part}")
        except ModuleNotFoundError:
            self._module = None

    def __getattr__(self, word: str) -> Answer:
        if word not in INTERFACES[self._part]:
            raise AttributeError(f"a dialect has no `{self._part}.{word}`")
        return lambda *values: getattr(self._functions(), word)(*values)

    def _functions(self) -> Any:
        return self._module.Splitter if self._part == "script" else self._module


class Base:
    """The dialect under a quirk: `base.naming.quote(identifier)`, and so on for all interfaces of `wit/dialect`.

    Records are objects whose attributes have the names of the WIT in snake case; what is wrong is raised.
    """

    describe: Any = _Part("describe")
    server: Any = _Part("server")
    database: Any = _Part("database")
    naming: Any = _Part("naming")
    literals: Any = _Part("literals")
    transaction: Any = _Part("transaction")
    tracking: Any = _Part("tracking")
    lock: Any = _Part("lock")
    script: Any = _Part("script")
    effect: Any = _Part("effect")
    errors: Any = _Part("errors")


def dialect_quirk(
    *,
    name: str,
    version: str,
    summary: str,
    bases: Sequence[str] = (),
    attrs: Sequence[tuple[str, str]] = (),
) -> Callable[[Author], Author]:
    """Makes a quirk of a class, whose `__init__` takes the `Base` and whose methods override: `naming_quote(identifier)`
    answers in place of the base's `naming.quote`.

    `name` is `quirk-` and a word; `bases` are the dialects that it was made for, none of them meaning any.
    """
    identity = SimpleNamespace(name=name, version=version, summary=summary, bases=list(bases), attrs=list(attrs))

    class Quirk:
        def identify(self) -> Any:
            return identity

    def decorate(author: Author) -> Author:
        if unknown := unknown_methods(author):
            raise TypeError(f"a dialect has no function for {', '.join(unknown)}")
        base = Base()
        quirk = author(base)

        def described() -> Any:
            """The whole is a dialect of its own, called like the quirk."""
            under = base.describe.describe()
            word = name.removeprefix("quirk-")
            own = {"name": f"dialect-{word}", "version": version, "summary": f"{summary}, over {under.summary}"}
            return SimpleNamespace(**{**vars(under), **own, "dialect": word})

        def answer(part: str, word: str) -> Answer:
            own: Answer | None = getattr(quirk, f"{part}_{word}", None)
            if part == "describe":
                return own or described
            return own or getattr(getattr(base, part), word)

        export(author, answer)
        vars(sys.modules[author.__module__])["Quirk"] = Quirk
        return author

    return decorate
