// The interfaces of `wit/dialect/dialect.wit`, where each function is documented. A `result` is its value; what is wrong is
// thrown, as `Problem`, as `Unsupported`, or as the failure that a base has thrown.

export type Pairs = [string, string][];

export interface Descriptor {
  name: string;
  version: string;
  summary: string;
  dialect: string;
  driver: string;
  attrs: Pairs;
}

export interface Query {
  sql: string;
  parameters: string[];
  columns: string[];
  attrs: Pairs;
}

export interface ObjectName {
  catalog: string | null;
  schema: string | null;
  name: string;
}

export interface NameRules {
  /** 0: no limit. */
  maxBytes: number;
  folds: "lower" | "upper" | "keep";
  separator: string;
  defaultSchema: string | null;
}

/**
 * An integer beyond 2^53 loses digits on its way into JavaScript: the SDK refuses it, and no function sees it. Decimals come as
 * text and lose none.
 */
export type Scalar =
  | { tag: "null" }
  | { tag: "boolean"; val: boolean }
  | { tag: "integer"; val: number }
  | { tag: "decimal"; val: string }
  | { tag: "real"; val: number }
  | { tag: "text"; val: string }
  | { tag: "bytes"; val: Uint8Array };

export interface ControlText {
  setup: string[];
  reset: string[];
  begin: string;
  commit: string;
  rollback: string;
  ddl: boolean;
  attrs: Pairs;
}

export interface AroundText {
  before: string[];
  check: string;
  after: string[];
}

export interface Target {
  schema: string | null;
  options: Pairs;
}

export interface Found {
  schema: string;
  table: string;
  column: string;
}

export interface Adoption {
  origin: string;
  check: string;
  statements: string[];
}

export interface Range {
  start: number;
  end: number;
}

export interface Piece {
  whole: Range;
  body: Range;
  line: number;
  kind: "statement" | "copy-in" | "blank" | "hoisted";
  data: Range | null;
  transaction: "inside" | "outside" | "begin" | "commit" | "rollback";
  attrs: Pairs;
}

export interface Splitter {
  push(chunk: Uint8Array): Piece[];
  finish(): Piece[];
}

export interface Evidence {
  query: string;
  present: boolean;
}

export interface ServerError {
  code: string;
  message: string;
  attrs: Pairs;
}

export type ErrorClass =
  | "syntax"
  | "unique"
  | "constraint"
  | "missing-object"
  | "existing-object"
  | "permission"
  | "lock"
  | "transient"
  | "connection"
  | "resource"
  | "transaction"
  | "other";

/** Everything that differs from one database to another. */
export interface Dialect {
  describe: { describe(): Descriptor };
  server: {
    login(wishes: Pairs): Pairs;
    probe(): string;
    facts(answer: Pairs): Pairs;
  };
  database: {
    maintenance(): string;
    exists(options: Pairs): Query;
    create(name: string, options: Pairs): string[];
    destroy(name: string, options: Pairs): string[];
  };
  naming: {
    rules(): NameRules;
    quote(identifier: string): string;
    qualify(name: ObjectName): string;
  };
  literals: {
    literal(value: Scalar): string;
    escape(text: string): string;
  };
  transaction: {
    control(options: Pairs): ControlText;
    around(marks: Pairs): AroundText;
  };
  tracking: {
    latest(): number;
    upgrade(installed: number, target: Target): string[];
    action(name: string, target: Target): Query;
    adopt(found: Found[], target: Target): Adoption | null;
  };
  lock: { action(name: string, target: Target): Query };
  script: { open(path: string, options: Pairs): Splitter };
  effect: { look(statement: string, options: Pairs): Evidence | null };
  errors: { classify(error: ServerError): ErrorClass };
}

/** A dialect on its own: its description, and the interfaces. What may be left out has an answer that is right for most. */
export interface DialectSpec {
  /** `dialect-` and a word, such as `dialect-duckdb`. */
  name: string;
  version: string;
  summary: string;
  /** What a config's `dialect` says. */
  dialect: string;
  /** The host's driver that speaks to the database: `sqlite`, `postgres`, `mysql`, `mssql`. */
  driver: string;
  attrs?: Pairs;
  /** Left out: nothing is wished, asked and known. */
  server?: Partial<Dialect["server"]>;
  /** Left out: databases are files, and cannot be made or removed by SQL. */
  database?: Partial<Dialect["database"]>;
  naming: Omit<Dialect["naming"], "qualify"> & Partial<Pick<Dialect["naming"], "qualify">>;
  /** `literal` left out: standard SQL over `escape`. */
  literals?: Partial<Dialect["literals"]>;
  transaction: Pick<Dialect["transaction"], "control"> & Partial<Dialect["transaction"]>;
  tracking: Pick<Dialect["tracking"], "latest" | "upgrade" | "action"> & Partial<Dialect["tracking"]>;
  lock: Dialect["lock"];
  /** How scripts are cut: a splitter of its own, or what `splitter` needs to know. */
  script?: Dialect["script"] | Syntax;
  effect?: Dialect["effect"];
  errors?: Dialect["errors"];
}

/** What ends a statement, and what hides such an end. */
export interface Syntax {
  /** Marks that open a comment to the end of the line. Left out: `--`. */
  lineComments?: string[];
  /** Whether a comment in a comment has an end of its own. Left out: no. */
  nestedComments?: boolean;
  /** Opening and closing mark of what is quoted; the closing one, doubled, stands for itself. Left out: `''` and `""`. */
  quotes?: [string, string][];
  /** Whether `$tag$` quotes. Left out: no. */
  dollarQuotes?: boolean;
  /** How a statement stands to transactions. Left out: `begin`, `commit` and `rollback` by its first word. */
  transaction?(statement: string): Piece["transaction"];
}

export function dialect(spec: DialectSpec): Omit<import("./quirk.js").Quirk, "quirk">;

/** Cuts a script at `;`. */
export function splitter(path: string, syntax?: Syntax): Splitter;

/** Quotes an identifier: `"` around it, and doubled in it. Throws for what no quoting can express. */
export function quote(identifier: string, rules?: { maxBytes?: number; open?: string; close?: string }): string;

/** What may stand between the quotes of a standard string literal. */
export function escape(text: string): string;

/** A standard SQL literal. */
export function literal(value: Scalar, text?: (text: string) => string): string;

/** The value of the first pair with this name. */
export function lookup(pairs: Pairs, name: string): string | undefined;
