// Tells the person who runs noorm something, through `noorm:host/log`. Outside of a component, as in tests, it is silent.

/** Nobody listens: the module is imported outside of a component. */
const SILENT = { enabled: () => false, emit() {}, panic() {} };

const host = await import("noorm:host/log@1.0.0").catch(() => SILENT);

function emit(level, message, fields = {}) {
  if (!host.enabled(level)) return;
  host.emit(level, String(message), Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

export const log = {
  /** Whether a message of this level would be shown. */
  enabled: (level) => host.enabled(level),
  error: (message, fields) => emit("error", message, fields),
  warn: (message, fields) => emit("warn", message, fields),
  info: (message, fields) => emit("info", message, fields),
  debug: (message, fields) => emit("debug", message, fields),
  trace: (message, fields) => emit("trace", message, fields),
};

/** Tells the host why a call is about to end without an answer, and where: `file:line:column`. */
export function panic(message, location = null) {
  host.panic(message, location);
}
