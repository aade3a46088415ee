"""Collects rows into the flat batches of `noorm:loader/rows`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass
class Batch:
    """Cells in row-major order, as the host takes them."""

    rows: int
    text: bytes
    ends: list[int]
    nulls: list[int]


class BatchBuilder:
    """Keeps the host's limits: rows, and bytes of text unless a batch is one row."""

    def __init__(self, max_rows: int, max_bytes: int, width: int) -> None:
        self._max_rows = max(1, max_rows)
        self._max_bytes = max_bytes
        self._width = width
        self._clear()

    def _clear(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0
        self._rows = 0
        self._ends: list[int] = []
        self._nulls: list[int] = []

    def push(self, row: Sequence[Any]) -> Batch | None:
        """Adds a row, a cell for each column, and returns the batch that had no room for it."""
        if len(row) != self._width:
            raise ValueError(f"a row of {len(row)} cells where there are {self._width} columns")
        cells = [None if cell is None else written(cell).encode() for cell in row]
        length = sum(len(cell) for cell in cells if cell is not None)
        is_full = self._rows > 0 and (self._rows >= self._max_rows or self._length + length > self._max_bytes)
        full = self.take() if is_full else None
        for cell in cells:
            if cell is None:
                self._nulls.append(len(self._ends))
            else:
                self._parts.append(cell)
                self._length += len(cell)
            self._ends.append(self._length)
        self._rows += 1
        return full

    def take(self) -> Batch | None:
        """Hands over the rows collected so far."""
        if self._rows == 0:
            return None
        batch = Batch(self._rows, b"".join(self._parts), self._ends, self._nulls)
        self._clear()
        return batch


def written(cell: Any) -> str:
    """Returns a cell as text: booleans as `true` and `false`, as in every other format."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)
