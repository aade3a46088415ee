"""Chunks that are cut anywhere become whole lines that know where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .position import Place, mark_length
from .problem import Problem


@dataclass(frozen=True)
class Line:
    """A line without its end."""

    text: str
    number: int
    """Counted from 1."""
    offset: int
    """Where it begins in the file, in bytes."""

    def at(self, index: int = 0) -> Place:
        """Returns the place of an index of `text`."""
        before = self.text[:index]
        return Place(self.offset + len(before.encode()), self.number, len(before) + 1)

    def span(self, start: int, end: int | None = None) -> Place:
        """Returns the place of a part of `text`."""
        first, last = self.at(start), self.at(len(self.text) if end is None else end)
        return Place(first.offset, first.line, first.column, last.offset)


class LineSplitter:
    """Takes chunks and gives lines; holds no more than the line that is not complete."""

    def __init__(self) -> None:
        self._held = b""
        self._offset = 0
        self._number = 1

    def push(self, chunk: bytes) -> list[Line]:
        """Returns the lines that are complete with this chunk."""
        *complete, self._held = (self._held + chunk).split(b"\n")
        return [self._line(line, len(line) + 1) for line in complete]

    def finish(self) -> list[Line]:
        """No more chunks will come: returns the last line, where it has no end."""
        rest, self._held = self._held, b""
        is_mark = self._number == 1 and len(rest) == mark_length(rest)
        return [] if not rest or is_mark else [self._line(rest, len(rest))]

    def _line(self, content: bytes, taken: int) -> Line:
        skipped = mark_length(content) if self._number == 1 else 0
        body = content[skipped:].removesuffix(b"\r")
        start = self._offset + skipped
        try:
            line = Line(body.decode(), self._number, start)
        except UnicodeDecodeError as error:
            before = body[: error.start].decode()
            raise _not_utf8(Place(start + error.start, self._number, len(before) + 1)) from None
        self._offset += taken
        self._number += 1
        return line


def _not_utf8(at: Place) -> Problem:
    """The whole file is not at hand here: the place is put together from what was counted."""
    problem = Problem.not_utf8(b"", 0)
    problem.at = at
    return problem


def lines(content: bytes) -> Iterator[Line]:
    """Returns the lines of a whole file."""
    splitter = LineSplitter()
    yield from splitter.push(content)
    yield from splitter.finish()
