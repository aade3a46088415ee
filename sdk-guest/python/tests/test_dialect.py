import re
import sys
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from noorm_guest import Problem, Unsupported
from noorm_guest.dialect import (
    ControlText, NameRules, Query, Splitter, Syntax, dialect, escape, literal, lookup, quote,
)  # fmt: skip
from noorm_guest.interfaces import INTERFACES, WITHOUT_FAILURE
from noorm_guest.quirk import Base, dialect_quirk
from noorm_guest.wit import Err


def exported(name: str) -> Any:
    return getattr(sys.modules[__name__], name)()


def scalar(kind: str, value: Any = None) -> Any:
    return type(f"Scalar_{kind}", (), {"value": value})()


class Split(unittest.TestCase):
    def bodies(self, script: str, **syntax: Any) -> list[str]:
        content = script.encode()
        first: list[str] | None = None
        for cut in range(len(content) + 1):
            splitter = Splitter(Syntax(**syntax))
            found = splitter.push(content[:cut]) + splitter.push(content[cut:]) + splitter.finish()
            ends = [piece.whole.end for piece in found]
            self.assertEqual([piece.whole.start for piece in found], [0, *ends][: len(found)])
            self.assertEqual(ends[-1] if ends else 0, len(content))
            for piece in found:
                self.assertEqual(piece.line, content.count(b"\n", 0, piece.body.start) + 1)
            bodies = [content[piece.body.start : piece.body.end].decode() for piece in found]
            first = bodies if first is None else first
            self.assertEqual(bodies, first)
        return first or []

    def test_a_script_is_cut_at_its_terminators_and_nowhere_else(self) -> None:
        self.assertEqual(self.bodies(""), [])
        self.assertEqual(self.bodies("select 1"), ["select 1"])
        script = "\ufeff select 1 ;; -- a;b\n/* ; */ select ';''' , \"a;\"\"\" ; \n"
        self.assertEqual(self.bodies(script), ["select 1", "", "select ';''' , \"a;\"\"\"", ""])
        self.assertEqual(self.bodies("a /* /* */ ; b */ ;"), ["a", "b */"])
        self.assertEqual(self.bodies("a /* /* */ ; b */ ;", nested_comments=True), ["a"])
        quoted = "do $x$ a; $ $y$ b; $x$; c$1;d"
        self.assertEqual(self.bodies(quoted, dollar_quotes=True), ["do $x$ a; $ $y$ b; $x$", "c$1", "d"])
        self.assertEqual(self.bodies("a 'open ; b"), ["a 'open ; b"])
        self.assertEqual(self.bodies("a # ;\n[b;] ;", line_comments=("#",), quotes=(("[", "]"),)), ["a # ;\n[b;]"])

    def test_transaction_control_is_told_from_what_it_controls(self) -> None:
        splitter = Splitter()
        splitter.push(b"BEGIN; insert; Commit; rollback")
        found = [piece.transaction for piece in splitter.finish()]
        self.assertEqual(found, ["begin", "inside", "commit", "rollback"])


class Sql(unittest.TestCase):
    def test_names_and_values_are_quoted(self) -> None:
        self.assertEqual(quote('a"b'), '"a""b"')
        self.assertEqual(quote("a]b", open="[", close="]"), "[a]]b]")
        for name, limit, code in (("", 0, "empty-name"), ("a\0", 0, "nul-in-name"), ("éé", 3, "name-too-long")):
            with self.assertRaises(Problem) as raised:
                quote(name, max_bytes=limit)
            self.assertEqual(raised.exception.code, code)
        self.assertEqual(escape("O'Reilly"), "O''Reilly")
        for kind, value, expected in (
            ("Null", None, "NULL"), ("Boolean", True, "TRUE"), ("Integer", -7, "(-7)"), ("Decimal", "19.90", "19.90"),
            ("Real", 0.1, "0.1e0"), ("Real", 1e300, "1e300"), ("Text", "O'R", "'O''R'"), ("Bytes", b"\0\xff", "X'00ff'"),
        ):  # fmt: skip
            self.assertEqual(literal(scalar(kind, value)), expected)
        with self.assertRaises(Unsupported):
            literal(scalar("Real", float("nan")))
        for text in ("", "1; DROP TABLE a", "1\n", "--1", "1.", ".5", "0x1", "١"):
            with self.assertRaises(Problem) as raised:
                literal(scalar("Decimal", text))
            self.assertEqual(raised.exception.code, "bad-decimal")
        self.assertEqual(lookup([("a", "1"), ("a", "2")], "a"), "1")


WHO: Any = {"version": "1.0.0", "summary": "x"}


class Exports(unittest.TestCase):
    def test_a_dialect_answers_what_it_does_not_say(self) -> None:
        @dialect(name="dialect-x", dialect="x", driver="sqlite", **WHO)
        class X:
            def naming_rules(self) -> NameRules:
                return NameRules()

            def naming_quote(self, identifier: str) -> str:
                return quote(identifier)

            def transaction_control(self, options: Any) -> ControlText:
                return ControlText()

            def tracking_latest(self) -> int:
                return 1

            def tracking_upgrade(self, installed: int, target: Any) -> list[str]:
                return []

            def tracking_action(self, name: str, target: Any) -> Query:
                raise Unsupported(name)

            def lock_action(self, name: str, target: Any) -> Query:
                raise Unsupported(name)

        self.assertEqual(exported("Describe").describe().dialect, "x")
        self.assertEqual(exported("Naming").qualify(SimpleNamespace(catalog=None, schema="s", name='a"')), '"s"."a"""')
        self.assertEqual(exported("Literals").literal(scalar("Text", "'")), "''''")
        with self.assertRaises(Err):
            exported("Database").maintenance()
        with self.assertRaises(Err):
            exported("Lock").action("acquire", None)
        opened = sys.modules["script"].Splitter.open("a.sql", [])
        self.assertEqual(opened.push(b"a;"), [])
        self.assertEqual(len(opened.finish()), 1)

    def test_what_a_dialect_needs_or_has_not_is_told(self) -> None:
        with self.assertRaisesRegex(TypeError, "needs naming_rules"):
            dialect(name="dialect-x", dialect="x", driver="sqlite", **WHO)(type("X", (), {}))
        with self.assertRaisesRegex(TypeError, "no function for naming_qoute"):
            dialect_quirk(name="quirk-x", **WHO)(type("X", (), {"naming_qoute": lambda self: ""}))

    def test_a_quirk_overrides_what_it_names(self) -> None:
        @dialect_quirk(name="quirk-x", **WHO)
        class X:
            def __init__(self, base: Base) -> None:
                self.base = base

            def naming_quote(self, identifier: str) -> str:
                if identifier.startswith("_"):
                    raise Unsupported("a name that begins with `_`")
                return f"x_{identifier}"

        self.assertEqual(exported("Quirk").identify().name, "quirk-x")
        self.assertEqual(exported("Naming").quote("a"), "x_a")
        with self.assertRaises(Err):
            exported("Naming").quote("_a")
        with self.assertRaisesRegex(AttributeError, "no `naming.qoute`"):
            _ = Base().naming.qoute

    def test_the_functions_are_those_of_the_wit(self) -> None:
        wit = (Path(__file__).parents[3] / "wit/dialect/dialect.wit").read_text()
        found: dict[str, tuple[str, ...]] = {}
        without_failure: set[str] = set()
        for part, body in re.findall(r"^interface ([\w-]+) \{\n(.*?)^\}", wit, re.MULTILINE | re.DOTALL):
            if part == "quirk":
                continue
            functions = re.findall(r"^ +([\w-]+): (?:static )?func\([^)]*\) -> ([^;]+);", body, re.MULTILINE)
            found[part] = tuple(word for word, _ in functions)
            without_failure |= {
                f"{part}.{word}" for word, answer in functions if not re.fullmatch(r"result<.*failure>", answer)
            }
        self.assertEqual(found, {**INTERFACES, "script": ("open", "push", "finish")})
        self.assertEqual(without_failure, WITHOUT_FAILURE)

    def test_what_is_raised_where_there_is_no_failure_stays_what_it_is(self) -> None:
        @dialect_quirk(name="quirk-x", **WHO)
        class X:
            def __init__(self, base: Base) -> None:
                self.base = base

            def naming_quote(self, identifier: str) -> str:
                raise KeyError("broken")

            def transaction_control(self, options: Any) -> ControlText:
                raise KeyError("broken")

        # The engine makes a trap of it.
        with self.assertRaises(KeyError):
            exported("Transaction").control([])
        with self.assertRaises(Err) as raised:
            exported("Naming").quote("a")
        self.assertRegex(raised.exception.value.value, r"^KeyError: 'broken' \(.*test_dialect\.py:\d+, in naming_quote\)$")
