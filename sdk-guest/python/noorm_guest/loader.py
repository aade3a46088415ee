"""Makes the exports of a loader component of what its author writes.

The decorators leave what they decorate as it is, so that tests call it directly, and put the classes that componentize-py
looks for beside it: into its module, and for rows into a module `rows`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any, NotRequired, Protocol, TypeAlias, TypedDict, TypeVar, Unpack

from .batch import Batch, BatchBuilder
from .cbor import Data, decode, encode
from .file import DataFile
from .lines import Line, LineSplitter
from .problem import guarded, outspoken

Cell: TypeAlias = Any
"""A cell of a row: text, or anything that `str` makes text of; `None` is null."""

Row: TypeAlias = Sequence[Cell]

NO_OPTIONS: Mapping[str, Any] = {"type": "object", "additionalProperties": False}
"""A loader without options refuses all of them."""


@dataclass(frozen=True)
class Table:
    """The columns of a file, and its rows. Rows are taken as they are needed: a generator will do."""

    columns: Sequence[str]
    rows: Iterable[Row]


@dataclass(frozen=True)
class Opening:
    """What a line reader knows before the first line."""

    path: str
    options: Mapping[str, Any] = field(default_factory=dict)


class LineReader(Protocol):
    """What reads a file line after line; one for each file.

    `columns` are the names of the columns, as soon as they are known: before the first row. A method `end`, if there is
    one, is called after the last line and returns the rows that are still to come.
    """

    @property
    def columns(self) -> Sequence[str] | None: ...

    def line(self, line: Line, /) -> Row | None:
        """Returns the row of a line, or nothing where it has none."""


class Who(TypedDict):
    """Who a loader is and what it reads."""

    name: str
    """`loader-` and a word, such as `loader-ini`."""
    version: str
    """The plugin's own, such as `1.2.3`."""
    summary: str
    """One line for `noorm plugin list`."""
    extensions: Sequence[str]
    """File name extensions: lower-case, without the dot."""
    media_types: NotRequired[Sequence[str]]
    options: NotRequired[Mapping[str, Any]]
    """JSON Schema of the options that users set. Without it there are none. A `default` of a property is filled in."""
    attrs: NotRequired[Sequence[tuple[str, str]]]


Load = TypeVar("Load", bound=Callable[[DataFile], Data])
Read = TypeVar("Read", bound=Callable[[DataFile], Table])
Lines = TypeVar("Lines", bound=Callable[[Opening], LineReader])


def document_loader(**who: Unpack[Who]) -> Callable[[Load], Load]:
    """Makes a document loader of a function from a file to its value."""

    def decorate(load: Load) -> Load:
        schema = who.get("options", NO_OPTIONS)

        class Document:
            def load(self, request: Any) -> bytes:
                with guarded(request.path):
                    return encode(load(DataFile(request.path, request.content, _options(schema, request.options))))

        _export(load, Describe=_describe(who), Document=Document)
        return load

    return decorate


def row_loader(**who: Unpack[Who]) -> Callable[[Read], Read]:
    """Makes a row loader of a function from a whole file to its table."""

    def decorate(read: Read) -> Read:
        _export_reader(read, who, lambda opening: _WholeSource(read, opening))
        return read

    return decorate


def line_loader(**who: Unpack[Who]) -> Callable[[Lines], Lines]:
    """Makes a row loader of a `LineReader`: each file gets one, which sees line after line and keeps no more."""

    def decorate(reader: Lines) -> Lines:
        _export_reader(reader, who, lambda opening: _LineSource(reader, opening))
        return reader

    return decorate


def _describe(who: Who) -> type:
    descriptor = SimpleNamespace(
        name=who["name"],
        version=who["version"],
        summary=who["summary"],
        extensions=list(who["extensions"]),
        media_types=list(who.get("media_types", ())),
        options_schema=json.dumps(who.get("options", NO_OPTIONS), ensure_ascii=False, separators=(",", ":")),
        attrs=list(who.get("attrs", ())),
    )

    class Describe:
        def describe(self) -> Any:
            return descriptor

    return Describe


def _options(schema: Mapping[str, Any], cbor: bytes) -> dict[str, Any]:
    """Returns the user's options, which the host has checked, over the defaults of the schema."""
    properties = schema.get("properties", {}).items()
    defaults = {name: it["default"] for name, it in properties if isinstance(it, Mapping) and "default" in it}
    return {**defaults, **decode(cbor)}


def _export(beside: Any, **classes: type) -> None:
    """Puts classes into the module of what was decorated."""
    vars(sys.modules[beside.__module__]).update(classes)


def _export_reader(author: Any, who: Who, source: Callable[[Any], _Source]) -> None:
    schema = who.get("options", NO_OPTIONS)

    class Reader:
        def __init__(self, opening: Any) -> None:
            self._path = opening.path
            self._source = source(SimpleNamespace(**{**vars(opening), "options": _options(schema, opening.options)}))

        @classmethod
        def open(cls, opening: Any) -> Reader:
            with guarded(opening.path):
                return cls(opening)

        def push(self, chunk: bytes) -> None:
            with guarded(self._path):
                self._source.push(chunk)

        def finish(self) -> None:
            with guarded(self._path):
                self._source.finish()

        def columns(self) -> list[str] | None:
            with outspoken():
                return self._source.columns

        def next(self) -> Batch | None:
            with guarded(self._path):
                return self._source.next()

    _export(author, Describe=_describe(who))
    # A resource is looked for in a module that is called like its interface.
    module = ModuleType("rows")
    module.Reader = Reader  # type: ignore[attr-defined]
    sys.modules["rows"] = module


class _Source(Protocol):
    @property
    def columns(self) -> list[str] | None: ...

    def push(self, chunk: bytes) -> None: ...
    def finish(self) -> None: ...
    def next(self) -> Batch | None: ...


class _WholeSource:
    """Chunks are kept until the file is whole; its rows leave as they are asked for."""

    def __init__(self, read: Callable[[DataFile], Table], opening: Any) -> None:
        self.columns: list[str] | None = None
        self._read = read
        self._opening = opening
        self._chunks: list[bytes] = []
        self._batches: Iterator[Batch] = iter(())

    def push(self, chunk: bytes) -> None:
        self._chunks.append(chunk)

    def finish(self) -> None:
        table = self._read(DataFile(self._opening.path, b"".join(self._chunks), self._opening.options))
        self._chunks.clear()
        self.columns = list(table.columns)
        self._batches = self._collect(table.rows, len(self.columns))

    def _collect(self, rows: Iterable[Row], width: int) -> Iterator[Batch]:
        builder = BatchBuilder(self._opening.max_batch_rows, self._opening.max_batch_bytes, width)
        for row in rows:
            if full := builder.push(row):
                yield full
        if rest := builder.take():
            yield rest

    def next(self) -> Batch | None:
        return next(self._batches, None)


class _LineSource:
    """Every line goes to the author's reader, and what that returns is a row, or none."""

    def __init__(self, reader: Callable[[Opening], LineReader], opening: Any) -> None:
        self._reader = reader(Opening(opening.path, opening.options))
        self._opening = opening
        self._splitter = LineSplitter()
        self._builder: BatchBuilder | None = None
        self._ready: list[Batch] = []
        self._is_finished = False

    @property
    def columns(self) -> list[str] | None:
        if self._reader.columns is None:
            return [] if self._is_finished else None
        return list(self._reader.columns)

    def push(self, chunk: bytes) -> None:
        for line in self._splitter.push(chunk):
            self._take(self._reader.line(line))

    def finish(self) -> None:
        for line in self._splitter.finish():
            self._take(self._reader.line(line))
        if (end := getattr(self._reader, "end", None)) is not None:
            for row in end():
                self._take(row)
        self._is_finished = True
        if self._builder is not None and (rest := self._builder.take()):
            self._ready.append(rest)

    def next(self) -> Batch | None:
        return self._ready.pop(0) if self._ready else None

    def _take(self, row: Row | None) -> None:
        if row is None:
            return
        if self._builder is None:
            if self._reader.columns is None:
                raise RuntimeError("a row before `columns` are known")
            limits = self._opening
            self._builder = BatchBuilder(limits.max_batch_rows, limits.max_batch_bytes, len(self._reader.columns))
        if full := self._builder.push(row):
            self._ready.append(full)
