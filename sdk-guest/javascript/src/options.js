// The options of a call: what the user set, over the defaults that the schema names.

import { decode } from "./cbor.js";

/** A loader without options refuses all of them. */
export const NO_OPTIONS = { type: "object", additionalProperties: false };

/** The user's options. The host has checked them against the schema. */
export function readOptions(schema, cbor) {
  const defaults = Object.entries(schema.properties ?? {}).filter(([, property]) => "default" in Object(property));
  const chosen = Object.fromEntries(defaults.map(([name, property]) => [name, property.default]));
  return { ...chosen, ...decode(cbor) };
}
