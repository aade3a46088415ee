// Cuts a script into statements at `;`. What hides one is told by a syntax: comments, quotes. It keeps the script until its
// end; a dialect for scripts of many megabytes writes a splitter of its own.

import { utf8 } from "./utf8.js";

const STANDARD = {
  lineComments: ["--"],
  nestedComments: false,
  quotes: [["'", "'"], ['"', '"']],
  dollarQuotes: false,
  transaction: byFirstWord,
};

/** How a statement stands to transactions, by its first word. */
function byFirstWord(statement) {
  const words = { begin: "begin", start: "begin", commit: "commit", end: "commit", rollback: "rollback" };
  return words[/^[a-z]+/i.exec(statement)?.[0].toLowerCase()] ?? "inside";
}

export function splitter(path, syntax = {}) {
  const chosen = { ...STANDARD, ...syntax };
  const chunks = [];
  return {
    push(chunk) {
      chunks.push(chunk.slice());
      return [];
    },
    finish: () => pieces(join(chunks), chosen),
  };
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

const bytesOf = (text) => [...text].map((one) => one.charCodeAt(0));
const LF = 0x0a;
const SEMICOLON = 0x3b;
const DOLLAR = 0x24;
const SLASH = 0x2f;
const isBlank = (byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

function startsWith(bytes, at, mark) {
  return mark.every((byte, index) => bytes[at + index] === byte);
}

function pieces(bytes, syntax) {
  const scan = new Scan(bytes, syntax);
  const lineAt = lines(bytes);
  const found = [];
  let start = 0;
  while (start < bytes.length) {
    const { body, end } = scan.statement(start);
    found.push(piece(bytes, { start, end }, body, lineAt(body.start), syntax));
    start = end;
  }
  return found;
}

function piece(bytes, whole, body, line, syntax) {
  const isBlankPiece = body.start === body.end;
  const transaction = isBlankPiece ? "inside" : syntax.transaction(utf8(bytes, body.start, body.end));
  return { whole, body, line, kind: isBlankPiece ? "blank" : "statement", data: null, transaction, attrs: [] };
}

/** Returns what tells the line of an offset, for offsets that come in order. */
function lines(bytes) {
  let [line, end] = [1, bytes.indexOf(LF)];
  return (at) => {
    while (end >= 0 && end < at) {
      line += 1;
      end = bytes.indexOf(LF, end + 1);
    }
    return line;
  };
}

class Scan {
  constructor(bytes, syntax) {
    this.bytes = bytes;
    this.lineComments = syntax.lineComments.map(bytesOf);
    this.quotes = syntax.quotes.map(([open, close]) => [open.charCodeAt(0), close.charCodeAt(0)]);
    this.syntax = syntax;
    this.isPlain = this.plainBytes();
  }

  /** Which bytes are just a part of a statement, wherever they stand: most of them are, and are passed over quickly. */
  plainBytes() {
    const opening = [...this.lineComments.map(([first]) => first), ...this.quotes.map(([open]) => open)];
    const isOther = (byte) => isBlank(byte) || [SLASH, SEMICOLON, DOLLAR, ...opening].includes(byte);
    return Uint8Array.from({ length: 256 }, (_, byte) => (isOther(byte) ? 0 : 1));
  }

  /** The body of the piece that starts at `start`, and the piece's end: behind the terminator, or the script's. */
  statement(start) {
    const { bytes, isPlain } = this;
    const hasMark = start === 0 && startsWith(bytes, 0, [0xef, 0xbb, 0xbf]);
    let [first, last, at] = [-1, -1, hasMark ? 3 : start];
    while (at < bytes.length) {
      if (isPlain[bytes[at]]) {
        if (first < 0) first = at;
        while (isPlain[bytes[at]]) at += 1;
        last = at;
        continue;
      }
      const comment = this.commentEnd(at);
      if (comment > at) {
        at = comment;
      } else if (bytes[at] === SEMICOLON) {
        return { body: { start: first < 0 ? at : first, end: first < 0 ? at : last }, end: at + 1 };
      } else if (isBlank(bytes[at])) {
        at += 1;
      } else {
        if (first < 0) first = at;
        at = this.quoteEnd(at);
        last = at;
      }
    }
    const end = bytes.length;
    return { body: first < 0 ? { start: end, end } : { start: first, end: last }, end };
  }

  /** Behind the comment that begins at `at`; `at` where none does. */
  commentEnd(at) {
    const { bytes } = this;
    if (this.lineComments.some((mark) => startsWith(bytes, at, mark))) {
      const end = bytes.indexOf(LF, at);
      return end < 0 ? bytes.length : end + 1;
    }
    if (!startsWith(bytes, at, [0x2f, 0x2a])) return at;
    let [depth, next] = [1, at + 2];
    while (next < bytes.length && depth > 0) {
      if (startsWith(bytes, next, [0x2a, 0x2f])) {
        depth -= 1;
        next += 2;
      } else if (this.syntax.nestedComments && startsWith(bytes, next, [0x2f, 0x2a])) {
        depth += 1;
        next += 2;
      } else next += 1;
    }
    return next;
  }

  /** Behind what is quoted at `at`, or behind the byte there. A quote that does not end reaches to the end. */
  quoteEnd(at) {
    const { bytes } = this;
    const close = this.quotes.find(([open]) => open === bytes[at])?.[1];
    if (close !== undefined) {
      let next = bytes.indexOf(close, at + 1);
      while (next >= 0 && bytes[next + 1] === close) next = bytes.indexOf(close, next + 2);
      return next < 0 ? bytes.length : next + 1;
    }
    return this.syntax.dollarQuotes && bytes[at] === DOLLAR ? this.dollarEnd(at) : at + 1;
  }

  /** `$tag$ … $tag$`; a `$` within a word quotes nothing. */
  dollarEnd(at) {
    const { bytes } = this;
    const isWord = (byte) => /[\w$\x80-\xff]/.test(String.fromCharCode(byte ?? 0x20));
    let end = at + 1;
    while (end < bytes.length && bytes[end] !== DOLLAR && isWord(bytes[end])) end += 1;
    const isTag = bytes[end] === DOLLAR && !(bytes[at + 1] >= 0x30 && bytes[at + 1] <= 0x39);
    if (!isTag || (at > 0 && isWord(bytes[at - 1]))) return at + 1;
    const tag = [...bytes.subarray(at, end + 1)];
    for (let next = end + 1; next < bytes.length; next += 1) {
      if (startsWith(bytes, next, tag)) return next + tag.length;
    }
    return bytes.length;
  }
}
