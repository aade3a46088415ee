# SPDX-License-Identifier: Apache-2.0
import unittest

from loader_fixed import FixedReader
from noorm_guest import DataFile, Opening, Problem, Row


def read(text: str, **options: object) -> tuple[object, list[Row]]:
    reader = FixedReader(Opening("prices.fixed", options))
    rows = [row for line in DataFile("prices.fixed", text).lines() if (row := reader.line(line)) is not None]
    return reader.columns, rows


class Fixed(unittest.TestCase):
    def check_problem(self, text: str, code: str, line: int, column: int, **options: object) -> None:
        with self.assertRaises(Problem) as raised:
            read(text, **options)
        at = raised.exception.at
        assert at is not None
        self.assertEqual((raised.exception.code, at.line, at.column), (code, line, column))

    def test_columns_begin_where_their_names_do(self) -> None:
        text = "sku    name            price\r\n00700  Gift card       10.00\r\n\r\né1     Größe 水\r\n"
        rows = [["00700", "Gift card", "10.00"], ["é1", "Größe 水", ""]]
        self.assertEqual(read(text), (["sku", "name", "price"], rows))

    def test_widths_take_the_place_of_names(self) -> None:
        widths = [{"name": "id", "width": 3}, {"name": "text", "width": 4}]
        self.assertEqual(read("007abcd\n8  -\n", widths=widths, null="-"), (["id", "text"], [["007", "abcd"], ["8", None]]))
        self.check_problem("007abcd x\n", "too-long", 1, 8, widths=widths)

    def test_what_is_wrong_has_a_place(self) -> None:
        self.check_problem("a  b\nlonger\n", "overlap", 2, 3)
        self.check_problem("a  b\n1\t2\n", "tab", 2, 2)
        self.check_problem("a  a\n", "duplicate-column", 1, 4)
        self.check_problem("  a\nx\n", "before-first", 2, 1)

    def test_a_file_without_lines_has_no_columns(self) -> None:
        self.assertEqual(read(""), (None, []))
