import datetime
import math
import unittest
from decimal import Decimal

from noorm_guest import Data, Problem, decode, encode

# The examples of RFC 8949, appendix A, as far as they are core-deterministic.
EXAMPLES: list[tuple[Data, str]] = [
    (0, "00"), (23, "17"), (24, "1818"), (1000000, "1a000f4240"), (1000000000000, "1b000000e8d4a51000"),
    (18446744073709551615, "1bffffffffffffffff"), (18446744073709551616, "c249010000000000000000"),
    (-18446744073709551616, "3bffffffffffffffff"), (-18446744073709551617, "c349010000000000000000"),
    (-1, "20"), (-1000, "3903e7"), (0.0, "f90000"), (-0.0, "f98000"), (1.0, "f93c00"), (1.5, "f93e00"),
    (65504.0, "f97bff"), (100000.0, "fa47c35000"), (1.1, "fb3ff199999999999a"), (5.960464477539063e-8, "f90001"),
    (0.00006103515625, "f90400"), (3.4028234663852886e38, "fa7f7fffff"), (1e300, "fb7e37e43c8800759c"),
    (math.inf, "f97c00"), (-math.inf, "f9fc00"), (False, "f4"), (True, "f5"), (None, "f6"), ("", "60"),
    ("ü水𐅑", "69c3bce6b0b4f0908591"), ([1, [2, 3]], "8201820203"), (b"\1\2", "420102"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
]  # fmt: skip


class Cbor(unittest.TestCase):
    def test_values_have_one_form(self) -> None:
        for value, expected in EXAMPLES:
            self.assertEqual(encode(value).hex(), expected, repr(value))
        self.assertEqual(encode(math.nan).hex(), "f97e00")
        self.assertEqual(encode((1, 2)).hex(), "820102")
        self.assertEqual(encode(Decimal("1E3")), encode(1000))
        self.assertEqual(encode(datetime.date(2026, 1, 31)), encode("2026-01-31"))

    def test_keys_are_sorted_by_their_encoded_bytes(self) -> None:
        self.assertEqual(encode({"bb": 1, "c": None, "a": [True]}).hex(), "a3616181f56163f662626201")

    def test_what_is_written_is_read(self) -> None:
        for value, _ in EXAMPLES:
            found = decode(encode(value))
            self.assertEqual((type(found), found), (type(value), value))

    def test_what_is_no_data_is_refused(self) -> None:
        for value in (object(), {1: 2}, Decimal("0.5"), Decimal("NaN"), {1}):
            with self.assertRaises(TypeError):
                encode(value)  # type: ignore[arg-type]
        deep: object = 1
        for _ in range(130):
            deep = [deep]
        with self.assertRaisesRegex(ValueError, "deeper than 128"):
            encode(deep)  # type: ignore[arg-type]

    def test_integers_have_the_range_of_the_host(self) -> None:
        most, least = 2**127 - 1, -(2**127)
        self.assertEqual(encode(most).hex(), "c2507f" + "ff" * 15)
        self.assertEqual(encode(least).hex(), "c3507f" + "ff" * 15)
        for beyond in (most + 1, least - 1, 10**40, Decimal(10) ** 40):
            with self.assertRaisesRegex(Problem, "128 bits"):
                encode({"a": [beyond]})

    def test_lengths_that_lie_are_refused(self) -> None:
        for content in ("1b00", "62c3", "9bffffffffffffffff", "5affffffff", "9f", "c4", "c401", "0000", "61ff", "e0"):
            with self.assertRaises(ValueError, msg=content):
                decode(bytes.fromhex(content))
