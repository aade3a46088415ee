"""What is wrong with a data file, and the way it leaves the plugin."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from . import wit
from .position import Place, position

Severity = Literal["error", "warning", "note"]


class Problem(Exception):
    """One thing that is wrong. Raise it.

    `code` is a stable word in kebab-case, `message` one sentence, lower-case, without a full stop; `help` says what the user
    can do about it.
    """

    def __init__(
        self, code: str, message: str, *, at: Place | None = None, help: str | None = None, severity: Severity = "error"
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.at = at
        self.help = help
        self.severity = severity

    @classmethod
    def not_utf8(cls, content: bytes, at: int) -> Problem:
        """A file that should be UTF-8 and is not, at a byte."""
        place = position(content, at)
        return cls("invalid-utf8", "the file is not valid UTF-8 here", at=place, help="save the file as UTF-8")

    def diagnostic(self, path: str) -> Any:
        """Returns the diagnostic of `noorm:types/report`."""
        span = None
        if (at := self.at) is not None:
            span = wit.report.Span(path, at.offset, at.offset if at.end is None else at.end, at.line, at.column)
        severity = wit.report.Severity[self.severity.upper()]
        return wit.report.Diagnostic(severity, self.code, self.message, span, self.help, [])


class Problems(Exception):
    """Several things that are wrong, at least one of them an error."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = list(problems)


class Unsupported(Exception):
    """The input is fine, but this plugin cannot do what it asks for."""


def failure(raised: BaseException, path: str = "") -> Any:
    """Returns the failure of `noorm:types/report` of what was raised. A bug is `internal`, with its message and its line."""
    match raised:
        case wit.Err():
            # A failure already, such as one of a base dialect.
            return raised.value
        case Problem():
            return wit.report.Failure_Invalid([raised.diagnostic(path)])
        case Problems():
            return wit.report.Failure_Invalid([problem.diagnostic(path) for problem in raised.problems])
        case Unsupported():
            return wit.report.Failure_Unsupported(str(raised))
    frames = traceback.extract_tb(raised.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno}, in {frames[-1].name})" if frames else ""
    return wit.report.Failure_Internal(f"{type(raised).__name__}: {raised}{place}")


@contextmanager
def guarded(path: str = "") -> Iterator[None]:
    """Turns whatever is raised within into a failure that the host understands."""
    try:
        yield
    except Exception as raised:
        raise wit.Err(failure(raised, path)) from raised
