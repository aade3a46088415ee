// Byte offsets ↔ the line and column that a person looks for.

import { markLength } from "./utf8.js";

const LF = 0x0a;

const isContinuation = (byte) => (byte & 0xc0) === 0x80;

/** The place of a byte offset: line and column counted from 1, the column in characters. Past the end is the end. */
export function position(bytes, offset) {
  const end = Math.max(0, Math.min(offset, bytes.length));
  let [line, lineStart] = [1, 0];
  for (let at = 0; at < end; at += 1) {
    if (bytes[at] === LF) [line, lineStart] = [line + 1, at + 1];
  }
  // A byte-order mark is no character that a person sees.
  if (lineStart === 0 && end >= 3) lineStart = markLength(bytes);
  let column = 1;
  for (let at = lineStart; at < end; at += 1) if (!isContinuation(bytes[at])) column += 1;
  return { offset: end, line, column };
}

/** The byte offset of a line and column, both counted from 1; past a line's end it is that end. */
export function offset(bytes, line, column) {
  let at = 0;
  for (let passed = 1; passed < line; passed += 1) {
    const end = bytes.indexOf(LF, at);
    if (end < 0) return bytes.length;
    at = end + 1;
  }
  if (at === 0) at = markLength(bytes);
  let left = column - 1;
  while (at < bytes.length && bytes[at] !== LF && (left > 0 || isContinuation(bytes[at]))) {
    at += 1;
    if (at < bytes.length && !isContinuation(bytes[at])) left = Math.max(0, left - 1);
  }
  return at;
}
