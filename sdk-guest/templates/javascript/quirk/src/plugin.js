// A rule of the house over any dialect: names are lower-case. What is not overridden is the base dialect's.

import { dialectQuirk } from "noorm-guest/quirk";

import { override } from "./override.js";

const exported = dialectQuirk({
  name: "{{name}}",
  version: "0.1.0",
  summary: "a naming rule over any dialect",
  // The dialects that it was made for, such as ["postgres"]; none: any.
  bases: [],
  override,
});

export const { quirk, describe, server, database, naming, literals, transaction, tracking, lock, script, effect, errors } =
  exported;
