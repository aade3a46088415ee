"""A data file as a loader sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from .lines import Line, lines
from .position import Place, mark_length, position
from .problem import Problem


class DataFile:
    """A file's path, bytes, text, lines and options. Also the way to make one in a test: of its bytes, or of its text."""

    def __init__(self, path: str, content: bytes | str, options: Mapping[str, Any] | None = None) -> None:
        self.path = path
        """Relative to the project root. For messages: there is nothing to open."""
        self.content = content.encode() if isinstance(content, str) else content
        """As it is on disk."""
        self.options: Mapping[str, Any] = options or {}

    @cached_property
    def text(self) -> str:
        """The text without a byte-order mark. A file that is not UTF-8 is a `Problem`."""
        skipped = mark_length(self.content)
        try:
            return self.content[skipped:].decode()
        except UnicodeDecodeError as error:
            raise Problem.not_utf8(self.content, skipped + error.start) from None

    def at(self, index: int) -> Place:
        """Returns the place of an index of `text`."""
        return self.at_byte(mark_length(self.content) + len(self.text[:index].encode()))

    def at_byte(self, offset: int) -> Place:
        """Returns the place of a byte."""
        return position(self.content, offset)

    def lines(self) -> Iterator[Line]:
        """Returns the lines without their ends, LF or CRLF."""
        return lines(self.content)
