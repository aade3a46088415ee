"""What is wrong with a data file, and the way it leaves the plugin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from . import wit
from .log import panic
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


def _meant(raised: BaseException, path: str) -> Any:
    """Returns the failure of `noorm:types/report` that something is already, or says; None for a bug."""
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
    return None


def _words(raised: BaseException) -> str:
    """Returns what was raised, in words."""
    if (meant := _meant(raised, "")) is None:
        return f"{type(raised).__name__}: {raised}"
    value = getattr(meant, "value", meant)
    return "; ".join(problem.message for problem in value) if isinstance(value, list) else str(value)


def _place(raised: BaseException) -> tuple[str, str] | None:
    """Returns where it was raised, as `file:line`, and the function. `traceback` would look for the file, which traps: there is
    no disk.
    """
    innermost = raised.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    if innermost is None:
        return None
    code = innermost.tb_frame.f_code
    return f"{code.co_filename}:{innermost.tb_lineno}", code.co_name


def _tell(raised: BaseException) -> None:
    """Tells the host what was raised, and where."""
    place = _place(raised)
    panic(_words(raised), place[0] if place else None)


@contextmanager
def guarded(path: str = "") -> Iterator[None]:
    """Turns whatever is raised within into a failure that the host understands. A bug is `internal`, with its message and its
    line; the host is told of it before, and by that of the layer of a dialect that has it.
    """
    try:
        yield
    except Exception as raised:
        if (meant := _meant(raised, path)) is not None:
            raise wit.Err(meant) from raised
        _tell(raised)
        place = _place(raised)
        where = f" ({place[0]}, in {place[1]})" if place else ""
        raise wit.Err(wit.report.Failure_Internal(f"{_words(raised)}{where}")) from raised


@contextmanager
def outspoken() -> Iterator[None]:
    """Tells the host what is raised within, where the answer has no failure: it is a trap then, which has no words."""
    try:
        yield
    except Exception as raised:
        _tell(raised)
        raise
