"""The words of `noorm:types` and `noorm:host`: those that componentize-py makes where there is a component, and doubles of
the same shape where there is none, as in tests.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from enum import Enum
from types import SimpleNamespace
from typing import Any


class _Severity(Enum):
    ERROR = 0
    WARNING = 1
    NOTE = 2


@dataclass
class _Span:
    input: str
    start: int
    end: int
    line: int
    column: int


@dataclass
class _Diagnostic:
    severity: Any
    code: str
    message: str
    span: Any
    help: str | None
    attrs: list[tuple[str, str]]


@dataclass
class _Invalid:
    value: list[Any]


@dataclass
class _Unsupported:
    value: str


@dataclass
class _Denied:
    value: str


@dataclass
class _Internal:
    value: str


class _Err(Exception):
    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.value = value


_REPORT = SimpleNamespace(
    Severity=_Severity,
    Span=_Span,
    Diagnostic=_Diagnostic,
    Failure_Invalid=_Invalid,
    Failure_Unsupported=_Unsupported,
    Failure_Denied=_Denied,
    Failure_Internal=_Internal,
)


def _either(module: str, double: Any) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        return double


report: Any = _either("wit_world.imports.report", _REPORT)
Err: Any = _either("componentize_py_types", SimpleNamespace(Err=_Err)).Err
host_log: Any = _either("wit_world.imports.log", None)
host_files: Any = _either("wit_world.imports.files", None)
