import sys
import unittest
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from noorm_guest import (
    Data, DataFile, Line, Opening, Problem, Problems, Row, Table, Unsupported, decode, document_loader, encode,
    line_loader, read_file, row_loader,
)  # fmt: skip
from noorm_guest.wit import Err

WHO: Any = {"name": "loader-x", "version": "1.2.3", "summary": "x files", "extensions": ["x"]}


def exported(name: str) -> Any:
    return getattr(sys.modules[__name__], name)


def document(load: Callable[[DataFile], Data], **more: Any) -> Callable[..., Any]:
    document_loader(**WHO, **more)(load)
    loader = exported("Document")()

    def call(text: str, **options: Any) -> Any:
        return decode(loader.load(SimpleNamespace(path="a.x", content=text.encode(), options=encode(options))))

    return call


def failure(work: Callable[[], object]) -> Any:
    try:
        work()
    except Err as raised:
        return raised.value
    raise AssertionError("nothing was raised")


class Documents(unittest.TestCase):
    def test_a_loader_says_who_it_is(self) -> None:
        document(lambda file: None)
        told = exported("Describe")().describe()
        self.assertEqual((told.name, told.version, told.extensions), ("loader-x", "1.2.3", ["x"]))
        self.assertEqual(told.options_schema, '{"type":"object","additionalProperties":false}')

    def test_what_it_returns_is_the_document(self) -> None:
        call = document(lambda file: {"text": file.text, "path": file.path})
        self.assertEqual(call("hi"), {"text": "hi", "path": "a.x"})

    def test_options_are_the_users_over_the_defaults(self) -> None:
        schema = {"type": "object", "properties": {"comment": {"type": "string", "default": "#"}, "deep": {}}}
        call = document(lambda file: file.options, options=schema)
        self.assertEqual(call(""), {"comment": "#"})
        self.assertEqual(call("", comment=";", deep=[1]), {"comment": ";", "deep": [1]})

    def test_a_problem_is_a_diagnostic_with_its_place(self) -> None:
        def load(file: DataFile) -> Data:
            raise Problem("no-name", "no name here", at=file.at(3), help="add one")

        (one,) = failure(lambda: document(load)("a\nbc")).value
        self.assertEqual((one.severity.name, one.code, one.message, one.help), ("ERROR", "no-name", "no name here", "add one"))
        self.assertEqual(vars(one.span), {"input": "a.x", "start": 3, "end": 3, "line": 2, "column": 2})

    def test_other_ends_leave_as_what_they_are(self) -> None:
        def raising(error: Exception) -> Callable[[DataFile], Data]:
            def load(file: DataFile) -> Data:
                raise error

            return load

        two = Problems([Problem("a", "one"), Problem("b", "two", severity="warning")])
        self.assertEqual([one.code for one in failure(lambda: document(raising(two))("")).value], ["a", "b"])
        self.assertEqual(failure(lambda: document(raising(Unsupported("macros")))("")).value, "macros")
        bug = failure(lambda: document(raising(KeyError("x")))("")).value
        self.assertRegex(bug, r"^KeyError: 'x' \(.*test_loader\.py:\d+, in load\)$")
        self.assertRegex(failure(lambda: document(lambda file: object())("")).value, "object is no data")  # type: ignore


EXPECTED = (["a", "b"], [["1", "x"], ["2", None], ["true", "a long cell, longer than a batch"], ["", "é"]])
TEXT = "a b\n1 x\n2\ntrue a long cell, longer than a batch\n é\n"


def cut(text: str) -> list[str | None]:
    head, blank, rest = text.partition(" ")
    return [head, rest if blank else None]


class Rows(unittest.TestCase):
    def read(self, text: str, size: int, max_rows: int = 2, max_bytes: int = 8) -> tuple[Any, list[Any]]:
        limits = {"max_batch_rows": max_rows, "max_batch_bytes": max_bytes}
        reader = sys.modules["rows"].Reader.open(SimpleNamespace(path="a.x", options=encode({}), **limits))
        rows: list[Any] = []

        def drain() -> None:
            while batch := reader.next():
                self.assertLessEqual(batch.rows, max_rows)
                self.assertTrue(batch.rows == 1 or len(batch.text) <= max_bytes)
                starts = [0, *batch.ends]
                cells = [
                    None if at in batch.nulls else batch.text[starts[at] : end].decode()
                    for at, end in enumerate(batch.ends)
                ]
                width = len(reader.columns())
                self.assertEqual(len(cells), batch.rows * width)
                rows.extend(cells[at : at + width] for at in range(0, len(cells), width))

        content = text.encode()
        for at in range(0, len(content), size):
            reader.push(content[at : at + size])
            drain()
        reader.finish()
        drain()
        return reader.columns(), rows

    def test_rows_of_a_whole_file(self) -> None:
        @row_loader(**WHO)
        def read(file: DataFile) -> Table:
            head, *lines = file.lines()
            return Table(head.text.split(), (cut(line.text) for line in lines))

        for size in (1, 2, 3, 7, 1000):
            self.assertEqual(self.read(TEXT, size), EXPECTED)

    def test_rows_line_by_line(self) -> None:
        @line_loader(**WHO)
        class Reader:
            def __init__(self, opening: Opening) -> None:
                self.columns: list[str] | None = None

            def line(self, line: Line) -> Row | None:
                if self.columns is not None:
                    return cut(line.text)
                self.columns = line.text.split()
                return None

            def end(self) -> Iterator[Row]:
                yield from ()

        for size in (1, 2, 3, 7, 1000):
            self.assertEqual(self.read(TEXT, size), EXPECTED)
        self.assertEqual(self.read("", 1), ([], []))

    def test_cells_are_text_and_as_many_as_columns(self) -> None:
        @row_loader(**WHO)
        def read(file: DataFile) -> Table:
            return Table(["a", "b", "c"], [[True, 1.5, None], [1, 2]])

        with self.assertRaises(Err) as raised:
            self.read("x", 1)
        self.assertRegex(raised.exception.value.value, "a row of 2 cells where there are 3 columns")

        row_loader(**WHO)(lambda file: Table(["a", "b", "c"], [[True, 1.5, None]]))
        self.assertEqual(self.read("x", 1), (["a", "b", "c"], [["true", "1.5", None]]))

    def test_other_files_are_for_those_that_were_built_to_read_them(self) -> None:
        with self.assertRaises(Unsupported):
            read_file("schema/a.x")
