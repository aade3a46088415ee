// Chunks that are cut anywhere → whole lines that know where they stand.

import { markLength, utf8, utf8Length } from "./utf8.js";
import { Problem } from "./problem.js";

const LF = 0x0a;
const CR = 0x0d;
const EMPTY = new Uint8Array(0);

/** So many bytes of a whole file, and then to the end of the line, are a part. */
const PART = 65536;

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
  /** What is wrong with the line behind those that were returned last. */
  #wrong = null;

  /**
   * Returns the lines that are complete with this chunk. Where one is no UTF-8, those before it are returned, and the next
   * call throws: what is wrong with a file is told in its order, however it is cut.
   */
  push(chunk) {
    this.#refuse();
    const bytes = this.#join(chunk);
    const end = bytes.lastIndexOf(LF) + 1;
    const found = this.#lines(bytes, end);
    this.#held = bytes.slice(end);
    return found;
  }

  /** No more chunks will come: the last line, where it has no end. */
  finish() {
    this.#refuse();
    const rest = this.#held;
    this.#held = EMPTY;
    // A byte-order mark alone is no line.
    const found = this.#number === 1 && rest.length === markLength(rest) ? [] : this.#lines(rest, rest.length);
    this.#refuse();
    return found;
  }

  #refuse() {
    if (this.#wrong) throw this.#wrong;
  }

  #join(chunk) {
    if (this.#held.length === 0) return chunk;
    const joined = new Uint8Array(this.#held.length + chunk.length);
    joined.set(this.#held);
    joined.set(chunk, this.#held.length);
    return joined;
  }

  /** A file of a megabyte may have a million lines: what is done for each is done here, and is little. */
  #lines(bytes, stop) {
    const found = [];
    const before = this.#offset;
    let number = this.#number;
    // Fewer bytes than a byte-order mark may be the beginning of one; a line end settles it.
    let start = number === 1 ? markLength(bytes) : 0;
    try {
      for (let next = 0; next < stop; start = next) {
        const at = bytes.indexOf(LF, start);
        const end = at < 0 ? stop : at;
        next = end + 1;
        const text = utf8(bytes, start, end > start && bytes[end - 1] === CR ? end - 1 : end);
        found.push(new Line(text, number, before + start));
        number += 1;
      }
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      this.#wrong = placed(thrown, before, number);
    }
    this.#number = number;
    this.#offset = before + stop;
    return found;
  }
}

/** What is left of the file is all that is known here: the place is put together from what was counted. */
function placed(problem, before, line) {
  const { offset, column } = problem.at;
  problem.at = { offset: before + offset, line, column };
  return problem;
}

/** The lines of a whole file. Those of a part are made at once, and no others are held. */
export function* lines(bytes) {
  const splitter = new LineSplitter();
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    end = bytes.indexOf(LF, start + PART) + 1 || bytes.length;
    const found = splitter.push(bytes.subarray(start, end));
    for (let at = 0; at < found.length; at += 1) yield found[at];
  }
  yield* splitter.finish();
}
