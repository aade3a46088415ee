"""Byte offsets, and the line and column that a person looks for."""

from __future__ import annotations

from dataclasses import dataclass

MARK = b"\xef\xbb\xbf"
"""The UTF-8 byte-order mark."""


@dataclass(frozen=True)
class Place:
    """A place in a file: a byte from its start, line and column from 1, the column in characters."""

    offset: int
    line: int
    column: int
    end: int | None = None
    """One past the last byte, where the place has a length."""


def mark_length(content: bytes) -> int:
    """Returns how many bytes of a byte-order mark stand at the start: 3 or 0."""
    return len(MARK) if content.startswith(MARK) else 0


def position(content: bytes, at: int) -> Place:
    """Returns the place of a byte. Past the end is the end."""
    at = max(0, min(at, len(content)))
    start = content.rfind(b"\n", 0, at) + 1
    line = content.count(b"\n", 0, start) + 1
    # A byte-order mark is no character that a person sees.
    if start == 0 and at >= len(MARK):
        start = mark_length(content)
    return Place(at, line, _characters(content[start:at]) + 1)


def offset(content: bytes, line: int, column: int) -> int:
    """Returns the byte of a line and column, both counted from 1; past a line's end it is that end."""
    at = 0
    for _ in range(line - 1):
        end = content.find(b"\n", at)
        if end < 0:
            return len(content)
        at = end + 1
    end = content.find(b"\n", at)
    end = len(content) if end < 0 else end
    at = max(at, mark_length(content)) if at == 0 else at
    left = column
    while at < end:
        left -= content[at] & 0xC0 != 0x80
        if left == 0:
            return at
        at += 1
    return end


def _characters(content: bytes) -> int:
    """A continuation byte does not begin a character."""
    return sum(byte & 0xC0 != 0x80 for byte in content)
