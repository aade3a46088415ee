// Chunks that are cut anywhere → whole lines that know where they stand.

import { markLength, utf8, utf8Length } from "./utf8.js";
import { Problem } from "./problem.js";

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = new Uint8Array(0);

/** One line without its end. */
export class Line {
  /** `offset` is the place of its first byte in the file. */
  constructor(text, number, offset) {
    this.text = text;
    this.number = number;
    this.offset = offset;
  }

  /** The place of an index of `text`. */
  at(index = 0) {
    const before = this.text.slice(0, index);
    return { offset: this.offset + utf8Length(before), line: this.number, column: [...before].length + 1 };
  }

  /** The place of a part of `text`, from an index to the one behind it. */
  span(start, end = this.text.length) {
    return { ...this.at(start), end: this.at(end).offset };
  }
}

/** Takes chunks and gives lines; holds no more than the line that is not complete. */
export class LineSplitter {
  #held = EMPTY;
  #offset = 0;
  #number = 1;
  #isStart = true;

  /** Returns the lines that are complete with this chunk. */
  push(chunk) {
    const bytes = this.#join(chunk);
    const found = [];
    let start = 0;
    // Fewer bytes than a byte-order mark may be the beginning of one; a line end settles it.
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      found.push(this.#line(bytes.subarray(start, end), end + 1 - start));
      start = end + 1;
    }
    this.#held = bytes.slice(start);
    return found;
  }

  /** No more chunks will come: the last line, where it has no end. */
  finish() {
    const rest = this.#held;
    this.#held = EMPTY;
    const isMark = this.#isStart && rest.length === markLength(rest);
    return rest.length === 0 || isMark ? [] : [this.#line(rest, rest.length)];
  }

  #join(chunk) {
    if (this.#held.length === 0) return chunk;
    const joined = new Uint8Array(this.#held.length + chunk.length);
    joined.set(this.#held);
    joined.set(chunk, this.#held.length);
    return joined;
  }

  #line(bytes, taken) {
    const skipped = this.#isStart ? markLength(bytes) : 0;
    const end = bytes[bytes.length - 1] === CR ? bytes.length - 1 : bytes.length;
    const line = new Line(this.#text(bytes, skipped, end), this.#number, this.#offset + skipped);
    this.#isStart = false;
    this.#offset += taken;
    this.#number += 1;
    return line;
  }

  /** A line is all that is left of the file here: the place is put together from what was counted. */
  #text(bytes, start, end) {
    try {
      return utf8(bytes, start, end);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const { offset, column } = thrown.at;
      thrown.at = { offset: this.#offset + offset, line: this.#number, column };
      throw thrown;
    }
  }
}

/** The lines of a whole file. */
export function* lines(bytes) {
  const splitter = new LineSplitter();
  yield* splitter.push(bytes);
  yield* splitter.finish();
}
