"""A session with SQLite: nothing to ask, since the library is part of the host."""

from noorm_guest.dialect import lookup

Pairs = list[tuple[str, str]]


def login(wishes: Pairs) -> Pairs:
    """Returns what the driver says with the login."""
    wish = lookup(wishes, "lock-timeout-ms")
    return [] if wish is None else [("busy-timeout-ms", wish)]


def probe() -> str:
    """Returns what the server is asked: nothing."""
    return ""


def facts(answer: Pairs) -> Pairs:
    """Returns what is known of the server. The library has no limit on the time of a statement."""
    return [("product", "SQLite"), ("ignores", "statement-timeout-ms")]
