// What this quirk answers in place of the base dialect: a statement may not take longer than a minute.

const TIMEOUT = "SET statement_timeout = '60s'";

/**
 * @param {import("noorm-guest/dialect").Dialect} base
 * @returns {import("noorm-guest/quirk").Overrides}
 */
export function override(base) {
  return {
    transaction: {
      // The time is set when a session begins, and again where the base resets a session between two files.
      control(options) {
        const control = base.transaction.control(options);
        const reset = control.reset.length > 0 ? [...control.reset, TIMEOUT] : [];
        return { ...control, setup: [...control.setup, TIMEOUT], reset };
      },
    },
  };
}
