"""The interfaces of a dialect and their functions, as `wit/dialect/dialect.wit` has them, and how they become exports."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from .problem import guarded, outspoken

INTERFACES: dict[str, tuple[str, ...]] = {
    "describe": ("describe",),
    "server": ("login", "probe", "facts"),
    "database": ("maintenance", "exists", "create", "destroy"),
    "naming": ("rules", "quote", "qualify"),
    "literals": ("literal", "escape"),
    "transaction": ("control", "around"),
    "tracking": ("latest", "upgrade", "action", "adopt"),
    "lock": ("action",),
    "script": ("open",),
    "effect": ("look",),
    "errors": ("classify",),
}

WITHOUT_FAILURE = {
    "describe.describe",
    "server.login",
    "server.probe",
    "naming.rules",
    "transaction.control",
    "transaction.around",
    "tracking.latest",
    "effect.look",
    "errors.classify",
}
"""Those whose answer has no failure."""

Answer = Callable[..., Any]


def export(author: Any, answer: Callable[[str, str], Answer]) -> None:
    """Puts a class for each interface into the author's module, and one for the splitter into a module `script`, where
    componentize-py looks for them. `answer` says what a function of an interface does.
    """
    beside = vars(sys.modules[author.__module__])
    for part, words in INTERFACES.items():
        if part != "script":
            methods = {word: _method(answer(part, word), f"{part}.{word}" in WITHOUT_FAILURE) for word in words}
            beside[part.capitalize()] = type(part.capitalize(), (), methods)
    # A resource is looked for in a module that is called like its interface.
    module = ModuleType("script")
    module.Splitter = _splitter(answer("script", "open"))  # type: ignore[attr-defined]
    sys.modules["script"] = module


def unknown_methods(author: type, also: tuple[str, ...] = ()) -> list[str]:
    """Returns the public methods of a class that answer no function of a dialect: misspelt ones."""
    known = {f"{part}_{word}" for part, words in INTERFACES.items() for word in words} | set(also)
    return [name for name in vars(author) if not name.startswith("_") and callable(vars(author)[name]) and name not in known]


def _method(answer: Answer, is_outspoken: bool) -> Answer:
    def method(_self: object, *values: Any) -> Any:
        with outspoken() if is_outspoken else guarded():
            return answer(*values)

    return method


def _splitter(answer: Answer) -> type:
    class Splitter:
        def __init__(self, inner: Any, path: str) -> None:
            self._inner = inner
            self._path = path

        @classmethod
        def open(cls, path: str, options: list[tuple[str, str]]) -> Splitter:
            with guarded(path):
                return cls(answer(path, options), path)

        def push(self, chunk: bytes) -> Any:
            with guarded(self._path):
                return self._inner.push(chunk)

        def finish(self) -> Any:
            with guarded(self._path):
                return self._inner.finish()

    return Splitter
