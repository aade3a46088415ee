import unittest

from noorm_guest import DataFile, Problem
from {{module}} import load


class Load(unittest.TestCase):
    def test_lines_become_a_map(self) -> None:
        text = "\ufeff# prices\r\ncurrency = EUR\r\n\r\nvat=19\r\n"
        self.assertEqual(load(DataFile("a.{{word}}", text)), {"currency": "EUR", "vat": "19"})

    def test_comments_begin_with_what_the_user_says(self) -> None:
        self.assertEqual(load(DataFile("a.{{word}}", "; prices\n#a = 1\n", {"comment": ";"})), {"#a": "1"})

    def test_what_is_wrong_has_a_place(self) -> None:
        for content, code, line in (
            (b"a = 1\nb\n", "no-name", 2),
            (b"a = 1\n\na = 2\n", "duplicate-name", 3),
            (b"a = \xff\n", "invalid-utf8", 1),
        ):
            with self.assertRaises(Problem) as raised:
                load(DataFile("a.{{word}}", content))
            at = raised.exception.at
            assert at is not None
            self.assertEqual((raised.exception.code, at.line), (code, line))
