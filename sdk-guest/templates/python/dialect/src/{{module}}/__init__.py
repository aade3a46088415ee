"""{{type}} for noorm: its names, literals, transactions, tracking tables, lock, scripts and errors. It only says texts; it
never speaks to a database.

It begins as a translation of noorm's dialect for SQLite. Go through it file by file: what your server says otherwise is yours
to write. Databases are files here: `database`, which makes and removes others, is left to the SDK.
"""

from noorm_guest.dialect import dialect

from . import effect, errors, literals, lock, naming, script, server, tracking, transaction


# `dialect` is what a config's `dialect` says, `driver` which of the host's drivers speaks to the server: sqlite, postgres,
# mysql or mssql.
@dialect(name="{{name}}", version="0.1.0", summary="{{type}} for noorm", dialect="{{word}}", driver="sqlite")
class Dialect:
    """A method `naming_quote` answers `naming.quote`, and so on for every function of a dialect."""

    server_login = staticmethod(server.login)
    server_probe = staticmethod(server.probe)
    server_facts = staticmethod(server.facts)
    naming_rules = staticmethod(naming.rules)
    naming_quote = staticmethod(naming.quote)
    naming_qualify = staticmethod(naming.qualify)
    literals_literal = staticmethod(literals.literal)
    literals_escape = staticmethod(literals.escape)
    transaction_control = staticmethod(transaction.control)
    transaction_around = staticmethod(transaction.around)
    tracking_latest = staticmethod(tracking.latest)
    tracking_upgrade = staticmethod(tracking.upgrade)
    tracking_action = staticmethod(tracking.action)
    tracking_adopt = staticmethod(tracking.adopt)
    lock_action = staticmethod(lock.action)
    script_open = staticmethod(script.open_script)
    effect_look = staticmethod(effect.look)
    errors_classify = staticmethod(errors.classify)
