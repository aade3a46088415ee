"""Cuts a script into statements at `;`. What hides one is told by a syntax: comments, quotes. It keeps the script until its
end; a dialect for scripts of many megabytes writes a splitter of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .position import mark_length


@dataclass(frozen=True)
class Range:
    """Bytes of a script."""

    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """One piece of a script, as `noorm:dialect/script` has it."""

    whole: Range
    body: Range
    line: int
    kind: str = "statement"
    data: Range | None = None
    transaction: str = "inside"
    attrs: list[tuple[str, str]] = field(default_factory=list)


def by_first_word(statement: str) -> str:
    """Returns how a statement stands to transactions, by its first word."""
    words = {"begin": "begin", "start": "begin", "commit": "commit", "end": "commit", "rollback": "rollback"}
    found = re.match(r"[a-z]+", statement, re.IGNORECASE)
    return words.get(found[0].lower(), "inside") if found else "inside"


@dataclass(frozen=True)
class Syntax:
    """What hides the end of a statement."""

    line_comments: tuple[str, ...] = ("--",)
    nested_comments: bool = False
    quotes: tuple[tuple[str, str], ...] = (("'", "'"), ('"', '"'))
    """Opening and closing mark; the closing one, doubled, stands for itself."""
    dollar_quotes: bool = False
    transaction: Callable[[str], str] = by_first_word


class Splitter:
    """What `script_open` of a dialect returns."""

    def __init__(self, syntax: Syntax = Syntax()) -> None:
        self._syntax = syntax
        self._chunks: list[bytes] = []

    def push(self, chunk: bytes) -> list[Piece]:
        self._chunks.append(chunk)
        return []

    def finish(self) -> list[Piece]:
        return list(_pieces(b"".join(self._chunks), self._syntax))


def _pieces(script: bytes, syntax: Syntax) -> Iterator[Piece]:
    scan = _Scan(script, syntax)
    start, line = 0, 1
    while start < len(script):
        body, end = scan.statement(start)
        line += script.count(b"\n", start, body.start)
        if body.start == body.end:
            yield Piece(Range(start, end), body, line, kind="blank")
        else:
            transaction = syntax.transaction(script[body.start : body.end].decode(errors="replace"))
            yield Piece(Range(start, end), body, line, transaction=transaction)
        line += script.count(b"\n", body.start, end)
        start = end


class _Scan:
    def __init__(self, script: bytes, syntax: Syntax) -> None:
        self.script = script
        self.nested = syntax.nested_comments
        marks = "|".join(re.escape(mark) for mark in syntax.line_comments) or "(?!)"
        self.line_comment = re.compile(f"(?:{marks})[^\n]*\n?".encode())
        self.quotes = [
            re.compile(f"{re.escape(open)}(?:[^{re.escape(close)}]|{re.escape(close) * 2})*(?:{re.escape(close)}|\\Z)".encode())
            for open, close in syntax.quotes
        ]
        # A `$` within a word quotes nothing.
        dollar = rb"(?<![\w$\x80-\xff])(\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*)?\$).*?(?:\1|\Z)"
        if syntax.dollar_quotes:
            self.quotes.append(re.compile(dollar, re.DOTALL))

    def statement(self, start: int) -> tuple[Range, int]:
        """Returns the body of the piece that starts at `start`, and the piece's end: behind the terminator, or the script's."""
        script, first, last = self.script, None, start
        at = start or mark_length(script)
        while at < len(script):
            if (comment := self._comment(at)) is not None:
                at = comment
            elif script[at : at + 1] == b";":
                return (Range(at, at) if first is None else Range(first, last)), at + 1
            elif script[at : at + 1].isspace():
                at += 1
            else:
                first = at if first is None else first
                at = last = self._quoted(at)
        end = len(script)
        return (Range(end, end) if first is None else Range(first, last)), end

    def _comment(self, at: int) -> int | None:
        if found := self.line_comment.match(self.script, at):
            return found.end()
        if not self.script.startswith(b"/*", at):
            return None
        depth, at = 1, at + 2
        while depth and at < len(self.script):
            if self.script.startswith(b"*/", at):
                depth, at = depth - 1, at + 2
            elif self.nested and self.script.startswith(b"/*", at):
                depth, at = depth + 1, at + 2
            else:
                at += 1
        return at

    def _quoted(self, at: int) -> int:
        for quote in self.quotes:
            if found := quote.match(self.script, at):
                return found.end()
        return at + 1
