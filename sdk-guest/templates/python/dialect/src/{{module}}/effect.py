"""Where to look for what a statement leaves behind: the table that SQLite keeps of everything that was made. A statement that
is not one of these is about nothing.
"""

import re
from dataclasses import dataclass

from .literals import escape
from .naming import quote

NAME = r'("(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\]|[\w$]+)'

# A name, and before it that of the attached database.
OBJECT = rf"(?:{NAME}\s*\.\s*)?{NAME}"

# What comes next is a name, and none of the words that may stand before one: a comment behind such a word hides the name.
WORD = r"(?!(?:IF|COLUMN|CONSTRAINT|UNIQUE|PRIMARY|FOREIGN|CHECK)\b)"


def pattern(text: str) -> re.Pattern[str]:
    """Returns a pattern in which a blank is any blank space."""
    return re.compile(text.replace(" ", r"\s+"), re.IGNORECASE)


CREATE = pattern(rf"CREATE (?:UNIQUE |VIRTUAL )?(TABLE|VIEW|INDEX|TRIGGER) (?:IF NOT EXISTS )?{WORD}{OBJECT}")
DROP = pattern(rf"DROP (TABLE|VIEW|INDEX|TRIGGER) (?:IF EXISTS )?{WORD}{OBJECT}\s*\Z")
COLUMN = pattern(rf"ALTER TABLE {OBJECT} (ADD|DROP) (?:COLUMN )?{WORD}{NAME}")


@dataclass
class Evidence:
    """A query, and whether it returns a row once the statement was carried out."""

    query: str
    present: bool


def look(statement: str, options: list[tuple[str, str]]) -> Evidence | None:
    """Returns where to look for what a statement leaves behind."""
    for made, is_present in ((CREATE.match(statement), True), (DROP.match(statement), False)):
        if made:
            return Evidence(of_object(*made.groups()), is_present)
    if (column := COLUMN.match(statement)) is None:
        return None
    schema, table, verb, name = column.groups()
    return Evidence(of_column(schema, table, name), verb.upper() == "ADD")


def of_object(kind: str, schema: str | None, name: str) -> str:
    """Returns the query for a thing with a name of its own."""
    place = "" if schema is None else f"{quote(bare(schema))}."
    return f"SELECT name FROM {place}sqlite_schema WHERE type = '{kind.lower()}' AND name = {text(name)} COLLATE NOCASE"


def of_column(schema: str | None, table: str, name: str) -> str:
    """Returns the query for a column."""
    place = text(table) if schema is None else f"{text(table)}, {text(schema)}"
    return f"SELECT name FROM pragma_table_info({place}) WHERE name = {text(name)} COLLATE NOCASE"


def bare(name: str) -> str:
    """Returns a name without its quotes."""
    if name[0] == "[":
        return name[1:-1]
    return name[1:-1].replace(name[0] * 2, name[0]) if name[0] in '"`' else name


def text(name: str) -> str:
    """Returns a name as a string literal."""
    return f"'{escape(bare(name))}'"
