# SPDX-License-Identifier: Apache-2.0
"""Data files whose columns have a fixed width, as mainframes and reports write them.

The first line names the columns, and a column reaches from where its name begins to where the next one does:

    sku    name            price
    00700  Gift card       10.00

Where a file has no such line, the option `widths` names the columns.
"""

from __future__ import annotations

import re

from noorm_guest import Line, Opening, Problem, Row, line_loader

OPTIONS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "widths": {
            "description": "Name and width of each column in characters, in order; the file then has no line of names",
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "width"],
                "properties": {"name": {"type": "string", "minLength": 1}, "width": {"type": "integer", "minimum": 1}},
            },
        },
        "null": {"description": "What a cell says that is null, such as `-`", "type": "string"},
    },
}


@line_loader(
    name="loader-fixed",
    version="1.0.0",
    summary="columns of a fixed width, under a line of names or by the option `widths`",
    extensions=["fixed", "fwf"],
    options=OPTIONS,
)
class FixedReader:
    """One file."""

    def __init__(self, opening: Opening) -> None:
        self.columns: list[str] | None = None
        self._starts: list[int] = []
        self._end: int | None = None
        self._null: str | None = opening.options.get("null")
        if widths := opening.options.get("widths"):
            self._take_widths(widths)

    def line(self, line: Line) -> Row | None:
        if "\t" in line.text:
            at = line.text.index("\t")
            raise Problem("tab", "a tab has no width", at=line.span(at, at + 1), help="put blanks in its place")
        if not line.text.strip():
            return None
        if self.columns is None:
            self._take_names(line)
            return None
        self._check(line)
        ends = [*self._starts[1:], None]
        cells = (line.text[start:end].strip() for start, end in zip(self._starts, ends, strict=True))
        return [None if cell == self._null else cell for cell in cells]

    def _take_widths(self, widths: list[dict[str, object]]) -> None:
        self.columns = [str(it["name"]) for it in widths]
        if len(set(self.columns)) < len(self.columns):
            raise Problem("duplicate-column", "the option `widths` names a column twice")
        at = 0
        for it in widths:
            self._starts.append(at)
            at += int(str(it["width"]))
        self._end = at

    def _take_names(self, line: Line) -> None:
        found = list(re.finditer(r"\S+", line.text))
        names: list[str] = []
        for match in found:
            if match[0] in names:
                at = line.span(*match.span())
                raise Problem("duplicate-column", f"two columns are called `{match[0]}`", at=at, help="rename one of them")
            names.append(match[0])
        self.columns, self._starts = names, [match.start() for match in found]

    def _check(self, line: Line) -> None:
        """A word that reaches over a column's start belongs to two of them: the file is not what its names say."""
        for start in self._starts:
            if 0 < start < len(line.text) and not line.text[start - 1].isspace() and not line.text[start].isspace():
                if self._end is None:
                    at = line.span(start - 1, start + 1)
                    help = "leave a blank between two columns, or give their widths with the option `widths`"
                    raise Problem("overlap", "this text reaches into the next column", at=at, help=help)
        first = self._starts[0]
        if line.text[:first].strip():
            raise Problem("before-first", "this text stands before the first column", at=line.span(0, first))
        if self._end is not None and line.text[self._end :].strip():
            raise Problem("too-long", f"the columns end at character {self._end}", at=line.span(self._end))
