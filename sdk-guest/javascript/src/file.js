// A data file as a loader sees it: its path, bytes, text, lines and options.

import { lines } from "./lines.js";
import { position } from "./position.js";
import { markLength, toUtf8, utf8, utf8Length } from "./utf8.js";

export class DataFile {
  #text;

  /** Also the way to make one in a test: `new DataFile("a.ini", bytes)`, or with the text. */
  constructor(path, content, options = {}) {
    this.path = path;
    this.bytes = typeof content === "string" ? toUtf8(content) : content;
    this.options = options;
  }

  /** The text without its byte-order mark. A file that is not UTF-8 is a Problem, with its place. */
  get text() {
    this.#text ??= utf8(this.bytes, markLength(this.bytes));
    return this.#text;
  }

  /** The place of an index of `text`. */
  at(index) {
    return this.atByte(markLength(this.bytes) + utf8Length(this.text.slice(0, index)));
  }

  /** The place of a byte. */
  atByte(offset) {
    return position(this.bytes, offset);
  }

  /** The lines, without their ends (LF or CRLF). The end of the last line does not begin another. */
  lines() {
    return lines(this.bytes);
  }
}
