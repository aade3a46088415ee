// Makes the exports of a loader component of what its author writes.

import { BatchBuilder } from "./batch.js";
import { encode } from "./cbor.js";
import { DataFile } from "./file.js";
import { LineSplitter } from "./lines.js";
import { NO_OPTIONS, readOptions } from "./options.js";
import { guarded, outspoken } from "./problem.js";

function describeOf(spec) {
  const { name, version, summary, extensions, mediaTypes = [], optionsSchema = NO_OPTIONS, attrs = [] } = spec;
  const told = { name, version, summary, extensions, mediaTypes, optionsSchema: JSON.stringify(optionsSchema), attrs };
  for (const [key, value] of Object.entries({ name, version, summary, extensions })) {
    if (value === undefined) throw new TypeError(`a loader has \`${key}\``);
  }
  return { describe: () => told };
}

/**
 * A loader of whole documents. Export what it returns:
 * `export const { describe, document } = documentLoader({ … });`
 */
export function documentLoader(spec) {
  const schema = spec.optionsSchema ?? NO_OPTIONS;
  const load = ({ path, content, options }) =>
    guarded(path, () => encode(spec.load(new DataFile(path, content, readOptions(schema, options)))));
  return { describe: describeOf(spec), document: { load } };
}

/**
 * A loader of rows. Export what it returns:
 * `export const { describe, rows } = rowLoader({ … });`
 *
 * The author writes `read(file)`, which sees the whole file, or `open(opening)`, which sees line after line.
 */
export function rowLoader(spec) {
  const schema = spec.optionsSchema ?? NO_OPTIONS;
  if (!spec.read === !spec.open) throw new TypeError("a row loader has either `read` or `open`");
  const Source = spec.read ? WholeSource : LineSource;

  class Reader {
    #path;
    #source;

    constructor(opening) {
      this.#path = opening.path;
      this.#source = new Source(spec, { ...opening, options: readOptions(schema, opening.options) });
    }

    static open(opening) {
      return guarded(opening.path, () => new Reader(opening));
    }

    push(chunk) {
      guarded(this.#path, () => this.#source.push(chunk));
    }

    finish() {
      guarded(this.#path, () => this.#source.finish());
    }

    columns() {
      return outspoken(() => this.#source.columns);
    }

    next() {
      return guarded(this.#path, () => this.#source.next());
    }
  }
  return { describe: describeOf(spec), rows: { Reader } };
}

/** `read(file)`: chunks are kept until the file is whole; its rows leave as they are asked for. */
class WholeSource {
  columns = null;
  #spec;
  #opening;
  #chunks = [];
  #rows = null;
  #batch = null;

  constructor(spec, opening) {
    this.#spec = spec;
    this.#opening = opening;
  }

  push(chunk) {
    // The host's bytes are its own once this call has returned.
    this.#chunks.push(chunk.slice());
  }

  finish() {
    const { path, options, maxBatchRows, maxBatchBytes } = this.#opening;
    const table = this.#spec.read(new DataFile(path, join(this.#chunks), options));
    this.#chunks = [];
    this.columns = [...table.columns];
    this.#rows = table.rows[Symbol.iterator]();
    this.#batch = new BatchBuilder(maxBatchRows, maxBatchBytes, this.columns.length);
  }

  next() {
    for (;;) {
      if (this.#rows === null) return null;
      const { done, value } = this.#rows.next();
      if (done) {
        this.#rows = null;
        return this.#batch.take();
      }
      const full = this.#batch.push(value);
      if (full) return full;
    }
  }
}

/** `open(opening)`: every line goes to `line`, and what that returns is a row, or none. */
class LineSource {
  #splitter = new LineSplitter();
  #reader;
  #opening;
  #batch = null;
  #ready = [];
  #isFinished = false;

  constructor(spec, opening) {
    this.#opening = opening;
    this.#reader = spec.open({ path: opening.path, options: opening.options });
  }

  get columns() {
    return this.#reader.columns ?? (this.#isFinished ? [] : null);
  }

  push(chunk) {
    this.#read(this.#splitter.push(chunk));
  }

  finish() {
    this.#read(this.#splitter.finish());
    for (const row of this.#reader.end?.() ?? []) this.#take(row);
    this.#isFinished = true;
    this.#keep(this.#batch?.take());
  }

  next() {
    return this.#ready.shift() ?? null;
  }

  /** There may be a million lines, most of which are no row: an index costs less than an iterator. */
  #read(lines) {
    const reader = this.#reader;
    for (let at = 0; at < lines.length; at += 1) {
      const row = reader.line(lines[at]);
      if (row) this.#take(row);
    }
  }

  #take(row) {
    if (row === null || row === undefined) return;
    const { maxBatchRows, maxBatchBytes } = this.#opening;
    if (!this.#reader.columns) throw new TypeError("a row before `columns` are known");
    this.#batch ??= new BatchBuilder(maxBatchRows, maxBatchBytes, this.#reader.columns.length);
    this.#keep(this.#batch.push(row));
  }

  #keep(batch) {
    if (batch) this.#ready.push(batch);
  }
}

function join(chunks) {
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
