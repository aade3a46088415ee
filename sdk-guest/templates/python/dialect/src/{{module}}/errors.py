"""What SQLite's result codes mean. The driver gives the symbolic extended code, such as `SQLITE_CONSTRAINT_UNIQUE`."""

import re
from typing import Any

EXTENDED = {
    "SQLITE_CONSTRAINT_UNIQUE": "unique",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "unique",
    "SQLITE_CONSTRAINT_ROWID": "unique",
    "SQLITE_BUSY_SNAPSHOT": "transient",
}

# By the first word behind the prefix.
PRIMARY = {
    "constraint": "CONSTRAINT|MISMATCH|TOOBIG",
    "lock": "BUSY|LOCKED",
    "permission": "PERM|AUTH|READONLY",
    "connection": "CANTOPEN|NOTADB|CORRUPT",
    "resource": "FULL|NOMEM|IOERR|NOLFS",
    "transient": "INTERRUPT|PROTOCOL|SCHEMA",
}

# `SQLITE_ERROR` is the code of everything that is wrong with a statement: only the message says what.
MESSAGES = {
    "syntax": "syntax error|unrecognized token|incomplete input",
    "missing-object": "no such |unknown database",
    "existing-object": "already exists|duplicate column name|already in use|already another table or index",
    "transaction": "within a transaction|within transaction|inside a transaction|no transaction is active",
}


def classify(error: Any) -> str:
    """Returns the class of an error."""
    if (extended := EXTENDED.get(error.code)) is not None:
        return extended
    if error.code == "SQLITE_ERROR":
        return next((word for word, pattern in MESSAGES.items() if re.search(pattern, error.message)), "other")
    primary = error.code.removeprefix("SQLITE_").split("_")[0]
    return next((word for word, pattern in PRIMARY.items() if re.fullmatch(pattern, primary)), "other")
