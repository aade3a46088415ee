/** A place in a data file: bytes from its start, line and column from 1, the column in characters. */
export interface Place {
  offset: number;
  line: number;
  column: number;
  /** One past the last byte, where the place has a length. */
  end?: number;
}

/** What a document is made of. Whole numbers up to 2^53 are integers, bigints are exact, up to 128 bits. */
export type Data =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Real
  | readonly Data[]
  | ReadonlyMap<string, Data>
  | { readonly [name: string]: Data }
  | { toJSON(): Data };

/** A cell of a row. Rows are text: numbers and booleans are written as JavaScript writes them. */
export type Cell = string | number | bigint | boolean | null | undefined;

export type Options = { [name: string]: any };

/** Who a loader is and what it reads. */
export interface LoaderDescription {
  /** `loader-` and a word, such as `loader-ini`. */
  name: string;
  /** The plugin's own version, such as `1.2.3`. */
  version: string;
  /** One line for `noorm plugin list`. */
  summary: string;
  /** File name extensions: lower-case, without the dot. */
  extensions: string[];
  mediaTypes?: string[];
  /** JSON Schema of the options that users set. Without it the loader has none. A `default` of a property is filled in. */
  optionsSchema?: object;
  attrs?: [string, string][];
}

export interface DocumentLoaderSpec extends LoaderDescription {
  /** Reads a file, or throws a {@link Problem}. */
  load(file: DataFile): Data;
}

/** The columns of a file and its rows, a cell for each column. Rows are taken as they are needed: a generator will do. */
export interface Table {
  columns: Iterable<string>;
  rows: Iterable<readonly Cell[]>;
}

/** What reads a file line after line; one for each file. */
export interface LineReader {
  /** The names of the columns, as soon as they are known: before the first row. */
  columns?: readonly string[] | null;
  /** Returns the row of a line; nothing where it has none. */
  line(line: Line): readonly Cell[] | null | undefined;
  /** Called after the last line: rows that are still to come. */
  end?(): Iterable<readonly Cell[]>;
}

/** Either `read`, which is given the whole file, or `open`, whose reader is given its lines and keeps no more. */
export type RowLoaderSpec = LoaderDescription &
  (
    | { read(file: DataFile): Table; open?: undefined }
    | { open(opening: { path: string; options: Options }): LineReader; read?: undefined }
  );

/** The exports of a component. What is in them is for the host. */
export interface DocumentLoader {
  describe: { describe(): object };
  document: { load(request: { path: string; content: Uint8Array; options: Uint8Array }): Uint8Array };
}

export interface RowLoader {
  describe: { describe(): object };
  rows: { Reader: Function };
}

/** `export const { describe, document } = documentLoader({ … });` */
export function documentLoader(spec: DocumentLoaderSpec): DocumentLoader;

/** `export const { describe, rows } = rowLoader({ … });` */
export function rowLoader(spec: RowLoaderSpec): RowLoader;

/** A data file as a loader sees it. Also the way to make one in a test: of its bytes, or of its text. */
export class DataFile {
  constructor(path: string, content: Uint8Array | string, options?: Options);
  /** Relative to the project root. For messages: there is nothing to open. */
  readonly path: string;
  /** As they are on disk. */
  readonly bytes: Uint8Array;
  /** Without a byte-order mark. A file that is not UTF-8 is a {@link Problem} `invalid-utf8`. */
  readonly text: string;
  readonly options: Options;
  /** The place of an index of `text`. */
  at(index: number): Place;
  /** The place of a byte. */
  atByte(offset: number): Place;
  /** The lines without their ends, LF or CRLF. */
  lines(): Generator<Line>;
}

/** A line without its end. */
export class Line {
  constructor(text: string, number: number, offset: number);
  readonly text: string;
  /** Counted from 1. */
  readonly number: number;
  /** Where it begins in the file, in bytes. */
  readonly offset: number;
  /** The place of an index of `text`. */
  at(index?: number): Place;
  /** The place of the part of `text` from `start` to the index before `end`. */
  span(start: number, end?: number): Place;
}

/** Takes chunks that are cut anywhere and gives lines. */
export class LineSplitter {
  /**
   * The lines that are complete with this chunk. Where one is no UTF-8, the lines before it are returned, and the next call
   * throws.
   */
  push(chunk: Uint8Array): Line[];
  /** No more chunks will come: the last line, where it has no end. */
  finish(): Line[];
}

/** One thing that is wrong with a file. Throw it. */
export class Problem extends Error {
  /**
   * @param code a stable word in kebab-case
   * @param message one sentence, lower-case, without a full stop
   */
  constructor(code: string, message: string, more?: { at?: Place; help?: string; severity?: Severity });
  static notUtf8(bytes: Uint8Array, offset: number): Problem;
  readonly code: string;
  at?: Place;
  readonly help?: string;
  readonly severity: Severity;
}

export type Severity = "error" | "warning" | "note";

/** Several things that are wrong, at least one of them an error. */
export class Problems extends Error {
  constructor(problems: Problem[]);
  readonly problems: Problem[];
}

/** The input is fine, but this plugin cannot do what it asks for. */
export class Unsupported extends Error {
  constructor(what: string);
}

/** A number that stays a floating-point one although it is whole. */
export class Real {
  constructor(number: number);
  readonly number: number;
}

/** Collects rows into batches that keep the host's limits. `rowLoader` does it for you. */
export class BatchBuilder {
  constructor(maxRows: number, maxBytes: number, width: number);
  /** Adds a row and returns the batch that had no room for it, or null. */
  push(row: readonly Cell[]): Batch | null;
  take(): Batch | null;
}

export interface Batch {
  rows: number;
  text: Uint8Array;
  ends: number[];
  nulls: number[];
}

/** Writes RFC 8949 core-deterministic CBOR. `documentLoader` does it for you. */
export function encode(value: Data): Uint8Array;
export function decode(bytes: Uint8Array): any;

/** The place of a byte offset. */
export function position(bytes: Uint8Array, offset: number): Place;
/** The byte offset of a line and column, counted from 1. */
export function offset(bytes: Uint8Array, line: number, column: number): number;

/** Reads UTF-8; a component has no TextDecoder. */
export function utf8(bytes: Uint8Array, start?: number, end?: number): string;
export function toUtf8(text: string): Uint8Array;

type Level = "error" | "warn" | "info" | "debug" | "trace";

/** Tells the person who runs noorm something. Silent in tests. */
export const log: { enabled(level: Level): boolean } & {
  [level in Level]: (message: string, fields?: { [name: string]: unknown }) => void;
};

/**
 * Reads another file of the project, by its path from the project root. It takes the world `linked-loader` or
 * `linked-row-loader`, and a grant of the user's that names the file.
 */
export function readFile(path: string): DataFile;
