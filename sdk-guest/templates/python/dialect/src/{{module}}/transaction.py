"""Transaction control. There is nothing to reset between files: SQLite's session settings are pragmas, and resetting those
would undo what a user's script did on purpose.
"""

from noorm_guest.dialect import AroundText, ControlText

Pairs = list[tuple[str, str]]

# The mark of a statement that switches foreign keys: `on` or `off`.
FOREIGN_KEYS = "foreign-keys"

# The mark of a statement that drops a table.
DROPS = "drops"

# The mark of a statement that renames a table.
RENAMES = "renames-to"


def control(options: Pairs) -> ControlText:
    """Returns the text of transaction control."""
    # A transaction that begins by reading can fail when it first writes; this one waits for its turn instead.
    return ControlText(begin="BEGIN IMMEDIATE", ddl=True, setup=["PRAGMA foreign_keys = ON"])


def around(marks: Pairs) -> AroundText:
    """Inside a transaction the switch of foreign keys does nothing, and dropping a table deletes its rows first, which
    cascades (sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes): a script that rebuilds a table
    would lose the rows that refer to it.
    """
    names = [name for name, _ in marks]
    switches_off = (FOREIGN_KEYS, "off") in marks
    rebuilds = DROPS in names and RENAMES in names[names.index(DROPS) :]
    if not switches_off and not rebuilds:
        return AroundText()
    return AroundText(
        before=["PRAGMA foreign_keys = OFF"], check="PRAGMA foreign_key_check", after=["PRAGMA foreign_keys = ON"]
    )
