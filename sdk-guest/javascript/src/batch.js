// Collects rows into the flat batches of `noorm:loader/rows`.

import { toUtf8 } from "./utf8.js";

export class BatchBuilder {
  #maxRows;
  #maxBytes;
  #width;
  #parts = [];
  #length = 0;
  #rows = 0;
  #ends = [];
  #nulls = [];

  /** Limits are rows and bytes of text; a batch is longer only if it is one row. */
  constructor(maxRows, maxBytes, width) {
    this.#maxRows = Math.max(1, maxRows);
    this.#maxBytes = maxBytes;
    this.#width = width;
  }

  /**
   * Adds a row: a text, number, bigint, boolean, null or undefined (both null) for each column. Returns the batch that
   * had no room for it, or null.
   */
  push(row) {
    if (row.length !== this.#width) {
      throw new RangeError(`a row of ${row.length} cells where there are ${this.#width} columns`);
    }
    const cells = row.map((cell) => (cell === null || cell === undefined ? null : toUtf8(String(cell))));
    const length = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
    const isFull = this.#rows > 0 && (this.#rows >= this.#maxRows || this.#length + length > this.#maxBytes);
    const full = isFull ? this.take() : null;
    for (const cell of cells) {
      if (cell === null) this.#nulls.push(this.#ends.length);
      else this.#parts.push(cell);
      this.#length += cell?.length ?? 0;
      this.#ends.push(this.#length);
    }
    this.#rows += 1;
    return full;
  }

  /** Hands over the rows collected so far; null where there are none. */
  take() {
    if (this.#rows === 0) return null;
    const text = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      text.set(part, at);
      at += part.length;
    }
    const batch = { rows: this.#rows, text, ends: this.#ends, nulls: this.#nulls };
    [this.#parts, this.#length, this.#rows, this.#ends, this.#nulls] = [[], 0, 0, [], []];
    return batch;
  }
}
