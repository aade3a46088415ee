// Who the plugin is. What it reads is in read.js, which tests call without a component.

import { documentLoader } from "noorm-guest";

import { read } from "./read.js";

export const { describe, document } = documentLoader({
  name: "{{name}}",
  version: "0.1.0",
  summary: "name = value files as a document",
  extensions: ["{{word}}"],
  // JSON Schema: noorm checks a user's options against it, and fills in the defaults.
  optionsSchema: {
    type: "object",
    additionalProperties: false,
    properties: {
      comment: { type: "string", minLength: 1, default: "#", description: "What a comment begins with" },
    },
  },
  load: read,
});
