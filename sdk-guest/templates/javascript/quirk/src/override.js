// What this quirk answers in place of the base dialect.

import { Problem } from "noorm-guest";

/** @param {import("noorm-guest/dialect").Dialect} base */
export function override(base) {
  return {
    naming: {
      quote(identifier) {
        if (identifier !== identifier.toLowerCase()) {
          const help = `call it \`${identifier.toLowerCase()}\``;
          throw new Problem("{{word}}-name", `\`${identifier}\` has capital letters`, { help });
        }
        return base.naming.quote(identifier);
      },
    },
  };
}
