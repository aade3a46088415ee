"""How SQLite's scripts are cut into statements. The SDK cuts them at `;`; here a trigger becomes one piece again, and pieces
are marked for `transaction.around`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from noorm_guest import Problem, position
from noorm_guest import dialect as standard
from noorm_guest.dialect import Piece, Range, Syntax

from .transaction import DROPS, FOREIGN_KEYS, RENAMES

Pairs = list[tuple[str, str]]

# So many words say what a statement is.
HEAD = 16

# Most statements of a long script are these, and nothing depends on what is behind their first word.
PLAIN = re.compile(r"(?:insert|update|delete|replace|select)\b", re.IGNORECASE)

# Comments; quoted names and texts, words, and single signs.
TOKEN = re.compile(r"--[^\n]*|/\*(?s:.*?)(?:\*/|\Z)|(\"[^\"]*\"?|`[^`]*`?|\[[^\]]*\]?|'[^']*'?|[\w$]+|\S)")

# Pragmas that do nothing, or fail, inside a transaction.
OUTSIDE = re.compile(r"(VACUUM|ATTACH|DETACH)\b|PRAGMA (\S+ \. )?(JOURNAL_MODE|SYNCHRONOUS) [=(]")

TRIGGER = re.compile(r"(EXPLAIN (QUERY PLAN )?)?CREATE (TEMP |TEMPORARY )?TRIGGER\b")

SWITCH = re.compile(r"PRAGMA (?:\S+ \. )?FOREIGN_KEYS [=(] (\S+)")

SESSION = re.compile(r"ATTACH\b|PRAGMA (\S+ \. )?\S+ [=(]")


def head(statement: str) -> str:
    """Returns the first words of a statement: in capitals, without comments, with one blank between them."""
    if plain := PLAIN.match(statement):
        return plain[0].upper()
    words = (found[1] for found in TOKEN.finditer(statement) if found[1] is not None)
    return " ".join(islice(words, HEAD)).upper()


def transaction(statement: str) -> str:
    """Returns how a statement stands to transactions."""
    words = head(statement)
    if re.match(r"ROLLBACK (TRANSACTION )?TO\b", words):
        return "inside"
    for pattern, answer in ((r"BEGIN\b", "begin"), (r"(COMMIT|END)\b", "commit"), (r"ROLLBACK\b", "rollback")):
        if re.match(pattern, words):
            return answer
    return "outside" if OUTSIDE.match(words) else "inside"


SYNTAX = Syntax(quotes=(("'", "'"), ('"', '"'), ("`", "`"), ("[", "]")), transaction=transaction)


class Splitter:
    """The splitting of one script."""

    def __init__(self) -> None:
        self._inner = standard.Splitter(SYNTAX)
        self._chunks: list[bytes] = []

    def push(self, chunk: bytes) -> list[Piece]:
        """Takes a part of the script."""
        self._chunks.append(chunk)
        return self._inner.push(chunk)

    def finish(self) -> list[Piece]:
        """Returns the pieces."""
        return list(joined_and_marked(self._inner.finish(), b"".join(self._chunks)))


def open_script(path: str, options: Pairs) -> Splitter:
    """Begins a script."""
    return Splitter()


def joined_and_marked(pieces: list[Piece], script: bytes) -> Iterator[Piece]:
    """Joins the pieces of each trigger, and marks the others."""
    trigger: Piece | None = None
    for piece in pieces:
        words = head(script[piece.body.start : piece.body.end].decode(errors="replace"))
        if trigger is None and TRIGGER.match(words):
            trigger = piece
        elif trigger is None:
            if words.startswith("."):
                raise client_command(script, piece.body)
            yield mark(piece, words)
        else:
            end = piece.body.end if piece.kind == "statement" else trigger.body.end
            whole, body = Range(trigger.whole.start, piece.whole.end), Range(trigger.body.start, end)
            trigger = replace(trigger, whole=whole, body=body)
            # As SQLite's own shell has it: a trigger ends with an `END` of its own.
            if words == "END":
                yield trigger
                trigger = None
    if trigger is not None:
        yield trigger


def mark(piece: Piece, words: str) -> Piece:
    """Says what `transaction.around` has to know of a statement."""
    if switch := SWITCH.match(words):
        is_on = switch[1] in ("ON", "1", "TRUE", "YES")
        if not is_on and switch[1] not in ("OFF", "0", "FALSE", "NO"):
            return piece
        return replace(piece, kind="hoisted", attrs=[(FOREIGN_KEYS, "on" if is_on else "off")])
    for pattern, name in ((SESSION, "session"), (r"DROP TABLE\b", DROPS), (r"ALTER TABLE .* RENAME TO\b", RENAMES)):
        if re.match(pattern, words):
            return replace(piece, attrs=[(name, "")])
    return piece


def client_command(script: bytes, body: Range) -> Problem:
    """A line for the sqlite3 shell, which the database does not know."""
    command = re.split(rb"\s", script[body.start : body.end])[0]
    return Problem(
        "client-command",
        f"`{command.decode(errors='replace')}` is a command of the sqlite3 shell, not SQL",
        at=replace(position(script, body.start), end=body.start + len(command)),
        help="remove this line, or say it in SQL",
    )
