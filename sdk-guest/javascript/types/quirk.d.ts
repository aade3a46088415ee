import type { Dialect } from "./dialect.js";

/** Some functions of some interfaces: those that answer otherwise than the base. */
export type Overrides = { [part in keyof Dialect]?: Partial<Dialect[part]> };

export interface QuirkSpec {
  /** `quirk-` and a word, such as `quirk-acme`. */
  name: string;
  /** The plugin's own version, such as `1.2.3`. */
  version: string;
  /** One line for `noorm plugin list`. */
  summary: string;
  /** The dialects that it was made for, such as `postgres`; none: any. */
  bases?: string[];
  attrs?: [string, string][];
  /** Called once, before the quirk has a base: `base` may be kept, and called within the functions that are returned. */
  override(base: Dialect): Overrides;
}

/** The exports of a component. What is in them is for the host. */
export interface Quirk {
  quirk: { identify(): object };
  describe: Dialect["describe"];
  server: Dialect["server"];
  database: Dialect["database"];
  naming: Dialect["naming"];
  literals: Dialect["literals"];
  transaction: Dialect["transaction"];
  tracking: Dialect["tracking"];
  lock: Dialect["lock"];
  script: { Splitter: { open(path: string, options: [string, string][]): object } };
  effect: Dialect["effect"];
  errors: Dialect["errors"];
}

/** `base` is for tests; a component has the one that the host put under it. */
export function dialectQuirk(spec: QuirkSpec, base?: object): Quirk;
