import unittest
from types import SimpleNamespace
from typing import Any

from noorm_guest import Problem
from {{module}} import {{type}}

BASE: Any = SimpleNamespace(naming=SimpleNamespace(quote=lambda identifier: f'"{identifier}"'))


class Naming(unittest.TestCase):
    def test_a_lower_case_name_is_the_bases_to_quote(self) -> None:
        self.assertEqual({{type}}(BASE).naming_quote("order_lines"), '"order_lines"')

    def test_capital_letters_are_refused(self) -> None:
        with self.assertRaises(Problem) as raised:
            {{type}}(BASE).naming_quote("OrderLines")
        self.assertEqual(raised.exception.code, "{{word}}-name")
