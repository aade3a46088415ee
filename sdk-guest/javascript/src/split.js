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
const isBlank = (byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

function startsWith(bytes, at, mark) {
  return mark.every((byte, index) => bytes[at + index] === byte);
}

function pieces(bytes, syntax) {
  const scan = new Scan(bytes, syntax);
  const found = [];
  let [start, line] = [0, 1];
  while (start < bytes.length) {
    const { body, end } = scan.statement(start);
    line += count(bytes, start, body.start);
    found.push(piece(bytes, { start, end }, body, line, syntax));
    line += count(bytes, body.start, end);
    start = end;
  }
  return found;
}

function piece(bytes, whole, body, line, syntax) {
  const isBlankPiece = body.start === body.end;
  const transaction = isBlankPiece ? "inside" : syntax.transaction(utf8(bytes, body.start, body.end));
  return { whole, body, line, kind: isBlankPiece ? "blank" : "statement", data: null, transaction, attrs: [] };
}

function count(bytes, start, end) {
  let lines = 0;
  for (let at = start; at < end; at += 1) if (bytes[at] === LF) lines += 1;
  return lines;
}

class Scan {
  constructor(bytes, syntax) {
    this.bytes = bytes;
    this.lineComments = syntax.lineComments.map(bytesOf);
    this.quotes = syntax.quotes.map(([open, close]) => [open.charCodeAt(0), close.charCodeAt(0)]);
    this.syntax = syntax;
  }

  /** The body of the piece that starts at `start`, and the piece's end: behind the terminator, or the script's. */
  statement(start) {
    const { bytes } = this;
    let [first, last, at] = [-1, -1, start];
    while (at < bytes.length) {
      const comment = this.commentEnd(at);
      if (comment > at) {
        at = comment;
      } else if (bytes[at] === SEMICOLON) {
        return { body: { start: first < 0 ? at : first, end: first < 0 ? at : last }, end: at + 1 };
      } else if (isBlank(bytes[at]) || (at === 0 && startsWith(bytes, 0, [0xef, 0xbb, 0xbf]))) {
        at += isBlank(bytes[at]) ? 1 : 3;
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
      for (let next = at + 1; next < bytes.length; next += 1) {
        if (bytes[next] !== close) continue;
        if (bytes[next + 1] !== close) return next + 1;
        next += 1;
      }
      return bytes.length;
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
