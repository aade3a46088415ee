// What {{word}} does to every PostgreSQL. Every answer that is not overridden is that of the dialect under it.

import { dialectQuirk } from "noorm-guest/quirk";

import { override } from "./override.js";

const exported = dialectQuirk({
  name: "{{name}}",
  version: "0.1.0",
  summary: "what {{word}} does to every database",
  // The dialects that it was made for; none: any.
  bases: ["postgres"],
  override,
});

export const { quirk, describe, server, database, naming, literals, transaction, tracking, lock, script, effect, errors } =
  exported;
