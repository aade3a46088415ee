import unittest

from noorm_guest import DataFile, LineSplitter, Place, Problem, offset, position


class Text(unittest.TestCase):
    def test_columns_count_characters_and_not_the_mark(self) -> None:
        content = "\ufeffé=1\nzoë x".encode()
        self.assertEqual(position(content, 3), Place(3, 1, 1))
        self.assertEqual(position(content, 13), Place(13, 2, 5))
        for at in (3, 5, 8, 10, 13):
            place = position(content, at)
            self.assertEqual(offset(content, place.line, place.column), at)
        self.assertEqual(offset(content, 9, 9), len(content))

    def test_an_index_of_the_text_has_a_place(self) -> None:
        file = DataFile("a.x", "\ufeffé𐅑=1\nzoë x")
        self.assertEqual(file.at(file.text.index("=")), Place(9, 1, 3))
        self.assertEqual(file.at(file.text.index("x")), Place(17, 2, 5))

    def test_what_is_not_utf8_is_placed(self) -> None:
        for content in (b"ab\n\xff", b"ab\n\xc0\xaf", b"ab\n\xed\xa0\x80"):
            with self.assertRaises(Problem) as raised:
                _ = DataFile("a.x", content).text
            self.assertEqual((raised.exception.code, raised.exception.at), ("invalid-utf8", Place(3, 2, 1)))

    def test_lines_are_the_same_however_the_file_is_cut(self) -> None:
        content = "\ufeffa\r\n\nzoë\n𐅑 end".encode()
        expected = [("a", 1, 3), ("", 2, 6), ("zoë", 3, 7), ("𐅑 end", 4, 12)]
        for first in range(len(content) + 1):
            for second in range(first, len(content) + 1):
                splitter = LineSplitter()
                found = []
                for part in (content[:first], content[first:second], content[second:]):
                    found += splitter.push(part)
                found += splitter.finish()
                self.assertEqual([(line.text, line.number, line.offset) for line in found], expected)

    def test_a_file_without_text_has_no_lines(self) -> None:
        for text in ("", "\ufeff"):
            self.assertEqual(list(DataFile("a", text).lines()), [])
        self.assertEqual([line.text for line in DataFile("a", "\n").lines()], [""])

    def test_a_line_knows_where_its_parts_stand(self) -> None:
        _, line = DataFile("a", "x\né𐅑=1").lines()
        self.assertEqual(line.at(2), Place(8, 2, 3))
        self.assertEqual(line.span(2, 3), Place(8, 2, 3, 9))

    def test_bytes_that_are_not_utf8_are_placed_behind_the_lines_before_them_however_the_file_is_cut(
        self,
    ) -> None:
        content = b"ok\nzo\xff\nend\n"
        for cut in range(len(content) + 1):
            splitter = LineSplitter()
            found = []
            with self.assertRaises(Problem) as raised:
                found += splitter.push(content[:cut])
                found += splitter.push(content[cut:])
                splitter.finish()
            self.assertEqual([line.text for line in found], ["ok"], cut)
            self.assertEqual(raised.exception.at, Place(5, 2, 3))

    def test_the_lines_of_a_file_come_before_what_is_wrong_with_it(self) -> None:
        for content in (b"ok\nzo\xff\nend\n", b"ok\nzo\xff"):
            found = []
            with self.assertRaises(Problem) as raised:
                for line in DataFile("a", content).lines():
                    found.append(line.text)
            self.assertEqual((found, raised.exception.at), (["ok"], Place(5, 2, 3)))
