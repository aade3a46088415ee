import unittest
from types import SimpleNamespace
from typing import Any

from noorm_guest.dialect import ControlText
from {{module}} import TIMEOUT, StatementTimeout


def control(reset: list[str]) -> ControlText:
    """Returns the answer over a base that resets its sessions so."""
    text = ControlText(reset=reset)
    base: Any = SimpleNamespace(transaction=SimpleNamespace(control=lambda options: text))
    return StatementTimeout(base).transaction_control([])


class Control(unittest.TestCase):
    def test_the_timeout_holds_from_the_beginning_and_after_a_reset(self) -> None:
        answer = control(["RESET ALL"])
        self.assertEqual((answer.setup, answer.begin), ([TIMEOUT], "BEGIN"))
        self.assertEqual(answer.reset, ["RESET ALL", TIMEOUT])

    def test_a_base_that_resets_nothing_is_not_made_to(self) -> None:
        self.assertEqual(control([]).reset, [])
