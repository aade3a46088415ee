// UTF-8 without TextDecoder, which the engine in a component does not have.

import { Problem } from "./problem.js";

const MARK = [0xef, 0xbb, 0xbf];

/** Characters that one call of `fromCharCode` takes. */
const PART = 4096;

/** How many bytes of a byte-order mark stand at the start: 3 or 0. */
export function markLength(bytes) {
  return MARK.every((byte, at) => bytes[at] === byte) ? MARK.length : 0;
}

/**
 * The length of the character at `at`: 1 to 4, or 0 where no character is, or -1 where one is cut by the end.
 * Surrogates, overlong forms and what is beyond U+10FFFF are no characters.
 */
export function characterLength(bytes, at, end = bytes.length) {
  const first = bytes[at];
  if (first < 0x80) return 1;
  let length = 0;
  let [low, high] = [0x80, 0xbf];
  if (first >= 0xc2 && first <= 0xdf) length = 2;
  else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    if (first === 0xe0) low = 0xa0;
    if (first === 0xed) high = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    if (first === 0xf0) low = 0x90;
    if (first === 0xf4) high = 0x8f;
  } else return 0;
  for (let next = 1; next < length; next += 1) {
    if (at + next >= end) return -1;
    const byte = bytes[at + next];
    if (byte < low || byte > high) return 0;
    [low, high] = [0x80, 0xbf];
  }
  return length;
}

/** Reads UTF-8. What is not is a Problem `invalid-utf8`, at its byte counted from the start of `bytes`. */
export function utf8(bytes, start = 0, end = bytes.length) {
  if (start === end) return "";
  let text = "";
  let part = [];
  for (let at = start; at < end; ) {
    const first = bytes[at];
    if (first < 0x80) {
      part.push(first);
      at += 1;
    } else {
      const length = characterLength(bytes, at, end);
      if (length <= 0) throw Problem.notUtf8(bytes, at);
      const code = codePoint(bytes, at, length);
      if (code > 0xffff) part.push(0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
      else part.push(code);
      at += length;
    }
    if (part.length >= PART) {
      text += String.fromCharCode.apply(null, part);
      part = [];
    }
  }
  return text + String.fromCharCode.apply(null, part);
}

function codePoint(bytes, at, length) {
  let code = bytes[at] & (0x7f >> length);
  for (let next = 1; next < length; next += 1) code = (code << 6) | (bytes[at + next] & 0x3f);
  return code;
}

/** Bytes that a text takes as UTF-8. */
export function utf8Length(text) {
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isPair(text, at, unit)) {
      length += 4;
      at += 1;
    } else length += 3;
  }
  return length;
}

/** Writes UTF-8. Half of a surrogate pair becomes U+FFFD, as everywhere in JavaScript. */
export function toUtf8(text) {
  const out = new Uint8Array(utf8Length(text));
  let to = 0;
  for (let at = 0; at < text.length; at += 1) {
    let code = text.charCodeAt(at);
    if (isPair(text, at, code)) {
      code = 0x10000 + ((code & 0x3ff) << 10) + (text.charCodeAt(at + 1) & 0x3ff);
      at += 1;
    } else if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) out[to++] = code;
    else if (code < 0x800) {
      out[to++] = 0xc0 | (code >> 6);
      out[to++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      out[to++] = 0xe0 | (code >> 12);
      out[to++] = 0x80 | ((code >> 6) & 0x3f);
      out[to++] = 0x80 | (code & 0x3f);
    } else {
      out[to++] = 0xf0 | (code >> 18);
      out[to++] = 0x80 | ((code >> 12) & 0x3f);
      out[to++] = 0x80 | ((code >> 6) & 0x3f);
      out[to++] = 0x80 | (code & 0x3f);
    }
  }
  return out;
}

function isPair(text, at, unit) {
  if (unit < 0xd800 || unit > 0xdbff) return false;
  const next = text.charCodeAt(at + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
