// SPDX-License-Identifier: Apache-2.0
// Translations of GNU gettext as rows: one for each message, so that a seed can fill a table with them.

import { rowLoader } from "noorm-guest";

import { PoReader } from "./po.js";

export const { describe, rows } = rowLoader({
  name: "loader-po",
  version: "1.0.0",
  summary: "gettext translations: context, id, plural, form and text of each message",
  extensions: ["po", "pot"],
  mediaTypes: ["text/x-gettext-translation"],
  optionsSchema: {
    type: "object",
    additionalProperties: false,
    properties: {
      fuzzy: {
        enum: ["keep", "skip"],
        default: "skip",
        description: "What to do with translations that a tool has guessed and nobody has looked at",
      },
    },
  },
  open: ({ options }) => new PoReader(options),
});
