"""RFC 8949 core-deterministic CBOR (section 4.2.1): documents on their way to the host, and options on their way in."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeAlias, Union

from .problem import Problem

DEPTH_MAX = 128
"""Deepest nesting that the host reads."""

INTEGER_BITS = 127
"""Bits of the integers that the host reads, beside the sign."""

Data: TypeAlias = Union[
    None, bool, int, float, Decimal, str, bytes, date, time, Sequence["Data"], Mapping[str, "Data"]
]
"""What a document is made of. Integers are exact, up to 128 bits; dates and times become text as ISO 8601 has them."""


def encode(value: Data) -> bytes:
    """Writes one value. An integer beyond 128 bits is a `Problem`: the host reads none."""
    out = bytearray()
    _write(value, out, 0)
    return bytes(out)


def _write(value: Any, out: bytearray, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise ValueError(f"a document nests deeper than {DEPTH_MAX}")
    # `bool` is an `int`, and `str` and `bytes` are sequences: the order matters.
    match value:
        case None:
            out.append(0xF6)
        case bool():
            out.append(0xF5 if value else 0xF4)
        case int():
            _integer(value, out)
        case float():
            _real(value, out)
        case Decimal():
            _decimal(value, out)
        case str():
            _text(value, out)
        case bytes() | bytearray():
            _head(2, len(value), out)
            out += value
        case date() | time():
            _text(value.isoformat(), out)
        case Mapping():
            _map(value, out, depth)
        case Sequence():
            _head(4, len(value), out)
            for item in value:
                _write(item, out, depth + 1)
        case _:
            raise TypeError(f"{type(value).__name__} is no data")


def _map(value: Mapping[Any, Any], out: bytearray, depth: int) -> None:
    encoded = []
    for name, item in value.items():
        if not isinstance(name, str):
            raise TypeError("the keys of a map are text")
        head = bytearray()
        _text(name, head)
        encoded.append((bytes(head), item))
    # The bytewise order of the encoded keys.
    encoded.sort(key=lambda entry: entry[0])
    _head(5, len(encoded), out)
    for key, item in encoded:
        out += key
        _write(item, out, depth + 1)


def _text(text: str, out: bytearray) -> None:
    content = text.encode()
    _head(3, len(content), out)
    out += content


def _head(major: int, argument: int, out: bytearray) -> None:
    first = major << 5
    if argument < 24:
        out.append(first | argument)
    elif argument < 1 << 8:
        out += struct.pack(">BB", first | 24, argument)
    elif argument < 1 << 16:
        out += struct.pack(">BH", first | 25, argument)
    elif argument < 1 << 32:
        out += struct.pack(">BI", first | 26, argument)
    else:
        out += struct.pack(">BQ", first | 27, argument)


def _integer(number: int, out: bytearray) -> None:
    is_negative = number < 0
    magnitude = -1 - number if is_negative else number
    if magnitude < 1 << 64:
        _head(int(is_negative), magnitude, out)
        return
    if magnitude.bit_length() > INTEGER_BITS:
        raise Problem("integer-range", "an integer has more than 128 bits", help="return it as text")
    # Tags 2 and 3 of section 3.4.3.
    content = magnitude.to_bytes((magnitude.bit_length() + 7) // 8, "big")
    _head(6, 3 if is_negative else 2, out)
    _head(2, len(content), out)
    out += content


def _decimal(number: Decimal, out: bytearray) -> None:
    """Decimals have no form of their own: only whole ones are exact as a number."""
    if not number.is_finite() or number != number.to_integral_value():
        raise TypeError(f"the decimal {number} has no exact form: return str(…) of it, or float(…) if digits may be lost")
    _integer(int(number), out)


def _real(number: float, out: bytearray) -> None:
    """The shortest of 16, 32 and 64 bits that keeps the value. NaN has one form."""
    if math.isnan(number):
        out += b"\xf9\x7e\x00"
        return
    for first, form in ((0xF9, ">e"), (0xFA, ">f")):
        try:
            packed = struct.pack(form, number)
        except OverflowError:
            continue
        if struct.unpack(form, packed)[0] == number:
            out.append(first)
            out += packed
            return
    out.append(0xFB)
    out += struct.pack(">d", number)


def decode(content: bytes) -> Any:
    """Reads one value that the host sent."""
    reader = _Reader(content)
    value = reader.item(0)
    if reader.at < len(content):
        raise ValueError("bytes after the end of the item")
    return value


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def take(self, count: int) -> bytes:
        if count > len(self.content) - self.at:
            raise ValueError("the item is cut off")
        self.at += count
        return self.content[self.at - count : self.at]

    def argument(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise ValueError("an item of indefinite length")
        return int.from_bytes(self.take(1 << (info - 24)), "big")

    def count(self, info: int) -> int:
        """An item takes a byte at least: a count that lies reserves nothing."""
        count = self.argument(info)
        if count > len(self.content) - self.at:
            raise ValueError("more items than bytes")
        return count

    def item(self, depth: int) -> Any:
        if depth > DEPTH_MAX:
            raise ValueError(f"nested deeper than {DEPTH_MAX}")
        first = self.take(1)[0]
        major, info = first >> 5, first & 0x1F
        match major:
            case 0:
                return self.argument(info)
            case 1:
                return -1 - self.argument(info)
            case 2:
                return self.take(self.argument(info))
            case 3:
                return self.take(self.argument(info)).decode()
            case 4:
                return [self.item(depth + 1) for _ in range(self.count(info))]
            case 5:
                return {self.item(depth + 1): self.item(depth + 1) for _ in range(self.count(info))}
            case 6:
                return self.tagged(self.argument(info), depth)
        return self.simple(info)

    def tagged(self, tag: int, depth: int) -> int:
        content = self.item(depth + 1)
        if tag not in (2, 3) or not isinstance(content, bytes):
            raise ValueError(f"tag {tag} is not allowed here")
        magnitude = int.from_bytes(content, "big")
        return magnitude if tag == 2 else -1 - magnitude

    def simple(self, info: int) -> Any:
        match info:
            case 20 | 21:
                return info == 21
            case 22:
                return None
            case 25:
                return struct.unpack(">e", self.take(2))[0]
            case 26:
                return struct.unpack(">f", self.take(4))[0]
            case 27:
                return struct.unpack(">d", self.take(8))[0]
        raise ValueError("a simple value that is not allowed here")
