"""Chunks that are cut anywhere become whole lines that know where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .position import Place, mark_length
from .problem import Problem


class Line(NamedTuple):
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
        # What is wrong with the line behind those that were returned last.
        self._wrong: Problem | None = None

    def push(self, chunk: bytes) -> list[Line]:
        """Returns the lines that are complete with this chunk.

        Where one is no UTF-8, the lines before it are returned, and the next call raises: what is wrong with a file is told in
        its order, however it is cut.
        """
        return list(self._complete(chunk))

    def _complete(self, chunk: bytes) -> Iterator[Line]:
        """The same, one after the other; the last has to be taken before more is pushed."""
        self._refuse()
        *complete, self._held = (self._held + chunk).split(b"\n")
        return self._lines(complete)

    def finish(self) -> list[Line]:
        """No more chunks will come: returns the last line, where it has no end."""
        self._refuse()
        rest, self._held = self._held, b""
        is_mark = self._number == 1 and len(rest) == mark_length(rest)
        found = [] if not rest or is_mark else list(self._lines([rest]))
        self._refuse()
        return found

    def _refuse(self) -> None:
        if self._wrong is not None:
            raise self._wrong

    def _lines(self, contents: list[bytes]) -> Iterator[Line]:
        """A file of a megabyte may have a million of them: what is done for each is done here, and is little."""
        offset, number = self._offset, self._number
        for content in contents:
            skipped = mark_length(content) if number == 1 else 0
            body = content[skipped:] if skipped else content
            if body.endswith(b"\r"):
                body = body[:-1]
            try:
                yield Line(body.decode(), number, offset + skipped)
            except UnicodeDecodeError as error:
                self._wrong = _not_utf8(body, error.start, number, offset + skipped)
                return
            offset += len(content) + 1
            number += 1
        self._offset, self._number = offset, number


def _not_utf8(body: bytes, at: int, number: int, offset: int) -> Problem:
    """The whole file is not at hand here: the place is put together from what was counted."""
    problem = Problem.not_utf8(b"", 0)
    problem.at = Place(offset + at, number, len(body[:at].decode()) + 1)
    return problem


def lines(content: bytes) -> Iterator[Line]:
    """Returns the lines of a whole file."""
    splitter = LineSplitter()
    yield from splitter._complete(content)
    yield from splitter.finish()
