"""What the host relies on. `noorm plugin test` asks much more."""

import sys
import unittest
from types import SimpleNamespace
from typing import Any

from noorm_guest import Problem, Unsupported
from {{module}} import Dialect, effect, errors, literals, lock, naming, script, tracking, transaction

TARGET = SimpleNamespace(schema=None, options=[])


def scalar(kind: str, value: Any = None) -> Any:
    """Returns a value as componentize-py makes it."""
    return type(f"Scalar_{kind}", (), {"value": value})()


def pieces(text: str) -> list[tuple[str, Any]]:
    """Returns what is sent of a script, with the piece that it is in."""
    content = text.encode()
    splitter = script.open_script("a.sql", [])
    found = splitter.push(content) + splitter.finish()
    return [(content[it.body.start : it.body.end].decode(), it) for it in found if it.kind != "blank"]


class Who(unittest.TestCase):
    def test_it_says_who_it_is(self) -> None:
        told = vars(sys.modules[Dialect.__module__])["Describe"]().describe()
        self.assertEqual((told.name, told.dialect), ("{{name}}", "{{word}}"))


class Sql(unittest.TestCase):
    def test_quoting_keeps_what_is_quoted(self) -> None:
        self.assertEqual(naming.quote('a"b'), '"a""b"')
        for name in ("", "a\0b"):
            self.assertRaises(Problem, naming.quote, name)
        self.assertEqual(naming.qualify(SimpleNamespace(catalog=None, schema="s", name="t")), '"s"."t"')
        self.assertRaises(Unsupported, naming.qualify, SimpleNamespace(catalog="c", schema="s", name="t"))

    def test_values_become_literals_that_sqlite_reads_exactly(self) -> None:
        for kind, value, expected in (
            ("Null", None, "NULL"), ("Boolean", True, "1"), ("Integer", -(2**63), "(-9223372036854775808)"),
            ("Decimal", "19.90", "19.90"), ("Decimal", "9223372036854775807", "9223372036854775807"),
            ("Decimal", "12345678901234567890", "'12345678901234567890'"), ("Real", float("-inf"), "(-9e999)"),
            ("Text", "O'Reilly", "'O''Reilly'"), ("Bytes", b"\0\xff", "X'00ff'"),
        ):  # fmt: skip
            self.assertEqual(literals.literal(scalar(kind, value)), expected)
        for text in ("1'; DROP TABLE a; --12345678901234567", "0x1", ""):
            self.assertRaises(Problem, literals.literal, scalar("Decimal", text))
        self.assertRaises(Problem, literals.literal, scalar("Real", float("nan")))

    def test_errors_are_classified(self) -> None:
        for code, message, expected in (
            ("SQLITE_ERROR", 'near "SELEC": syntax error', "syntax"), ("SQLITE_ERROR", "no such table: a", "missing-object"),
            ("SQLITE_CONSTRAINT_UNIQUE", "", "unique"), ("SQLITE_CONSTRAINT_FOREIGNKEY", "", "constraint"),
            ("SQLITE_BUSY", "", "lock"), ("SQLITE_BUSY_SNAPSHOT", "", "transient"), ("", "", "other"),
        ):  # fmt: skip
            self.assertEqual(errors.classify(SimpleNamespace(code=code, message=message)), expected)

    def test_people_are_told_where_to_look(self) -> None:
        for statement, query in (
            ("CREATE TABLE [a'b] (id)", "sqlite_schema WHERE type = 'table' AND name = 'a''b' COLLATE NOCASE"),
            ("CREATE INDEX aux.i ON t (c)", "\"aux\".sqlite_schema WHERE type = 'index' AND name = 'i' COLLATE NOCASE"),
            ("ALTER TABLE aux.t ADD c", "pragma_table_info('t', 'aux') WHERE name = 'c' COLLATE NOCASE"),
        ):
            self.assertEqual(effect.look(statement, []), effect.Evidence(f"SELECT name FROM {query}", True))
        dropped = effect.look("DROP TABLE a", [])
        self.assertFalse(dropped is None or dropped.present)
        for statement in (
            "DELETE FROM a", "ALTER TABLE t DROP COLUMN /* old */ c", "ALTER TABLE t ADD CONSTRAINT c CHECK (1)",
            "ALTER TABLE t ADD CHECK (1)", "CREATE TABLE IF NOT EXISTS /* x */ t (id)",
        ):  # fmt: skip
            self.assertIsNone(effect.look(statement, []), statement)


class Tables(unittest.TestCase):
    def test_every_version_has_a_way_to_the_next(self) -> None:
        for installed in range(tracking.latest()):
            self.assertTrue(tracking.upgrade(installed, TARGET))
        self.assertRaises(Unsupported, tracking.upgrade, tracking.latest(), TARGET)

    def test_actions_are_known_by_their_names(self) -> None:
        elsewhere = SimpleNamespace(schema='a"b', options=[])
        for name in ("exists", "version", "changeset-insert", "execution-insert", "identity-list", "vault"):
            self.assertNotRegex(tracking.action(name, TARGET).sql, "[{}]")
            self.assertIn('"a""b".', tracking.action(name, elsewhere).sql)
        for name in ("acquire", "renew", "release", "status"):
            self.assertIn("__noorm_lock__", lock.action(name, TARGET).sql)
        self.assertRaises(Unsupported, tracking.action, "fly", TARGET)

    def test_those_of_the_original_are_taken_over(self) -> None:
        found = [SimpleNamespace(table=f"__noorm_{name}__", column="id") for name in ("change", "executions", "lock")]
        self.assertIsNone(tracking.adopt(found, TARGET))
        version = SimpleNamespace(table="__noorm_version__", column="noorm_version")
        for tables, said in (([version, *found], "use a newer noorm"), ([version], "`__noorm_change__` is missing")):
            adoption = tracking.adopt(tables, TARGET)
            assert adoption is not None
            self.assertIn(said, adoption.check)


class Scripts(unittest.TestCase):
    def test_statements_end_where_sqlite_ends_them(self) -> None:
        body = "BEGIN\n  SELECT CASE WHEN 1 THEN 2 END;\n  DELETE FROM b;\nEND"
        trigger = f"CREATE TEMP /* ;{' ' * 2000}*/ TRIGGER t AFTER INSERT ON a {body}"
        found = pieces(f"SELECT ';', \";\", `;`, [;] -- ;\n;\n{trigger}; x")
        self.assertEqual([text for text, _ in found], ["SELECT ';', \";\", `;`, [;]", trigger, "x"])
        self.assertEqual([piece.line for _, piece in found], [1, 3, 6])
        with self.assertRaises(Problem) as raised:
            pieces("SELECT 1;\n  .read other.sql\n")
        at = raised.exception.at
        assert at is not None
        self.assertEqual((at.line, at.column, at.offset, at.end), (2, 3, 12, 17))

    def test_transaction_words_are_known(self) -> None:
        for statement, expected in (
            ("begin exclusive", "begin"), ("Commit", "commit"), ("END TRANSACTION", "commit"), ("ROLLBACK", "rollback"),
            ("ROLLBACK TRANSACTION TO a", "inside"), ("VACUUM INTO 'x'", "outside"),
            ("PRAGMA main.journal_mode(wal)", "outside"), ("PRAGMA foreign_keys", "inside"),
            ('CREATE TABLE "begin" (a)', "inside"),
        ):  # fmt: skip
            self.assertEqual(pieces(f"{statement};\nx")[0][1].transaction, expected, statement)

    def test_what_does_nothing_inside_a_transaction_stands_around_it(self) -> None:
        self.assertEqual(pieces("PRAGMA foreign_keys = OFF;")[0][1].kind, "hoisted")
        for text, expected in (
            ("PRAGMA main.foreign_keys(0);", True), ("PRAGMA foreign_keys = ON;", False),
            ('DROP TABLE a; ALTER TABLE "b" RENAME TO a;', True), ("ALTER TABLE b RENAME TO a; DROP TABLE b;", False),
        ):  # fmt: skip
            marks = [mark for _, piece in pieces(text) for mark in piece.attrs]
            self.assertEqual(bool(transaction.around(marks).before), expected, text)
