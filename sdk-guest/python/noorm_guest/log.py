"""Tells the person who runs noorm something. Silent outside of a component."""

from __future__ import annotations

from typing import Literal

from .wit import host_log

Level = Literal["error", "warn", "info", "debug", "trace"]


class _Log:
    def is_enabled(self, level: Level) -> bool:
        """Returns whether a message of this level would be shown."""
        return host_log is not None and host_log.enabled(host_log.Level[level.upper()])

    def _emit(self, level: Level, message: str, fields: dict[str, object]) -> None:
        if self.is_enabled(level):
            host_log.emit(host_log.Level[level.upper()], message, [(name, str(value)) for name, value in fields.items()])

    def error(self, message: str, **fields: object) -> None:
        self._emit("error", message, fields)

    def warn(self, message: str, **fields: object) -> None:
        self._emit("warn", message, fields)

    def info(self, message: str, **fields: object) -> None:
        self._emit("info", message, fields)

    def debug(self, message: str, **fields: object) -> None:
        self._emit("debug", message, fields)

    def trace(self, message: str, **fields: object) -> None:
        self._emit("trace", message, fields)


log = _Log()


def panic(message: str, location: str | None) -> None:
    """Tells the host why a call is about to end without an answer, and where: `file:line`."""
    if host_log is not None:
        host_log.panic(message, location)
