// RFC 8949 core-deterministic CBOR (section 4.2.1): documents on their way to the host, and options on their way in.

import { Problem } from "./problem.js";
import { toUtf8, utf8 } from "./utf8.js";

/** Deepest nesting that the host reads. */
const DEPTH_MAX = 128;

/** Bits of the integers that the host reads, beside the sign. */
const INTEGER_BITS = 127n;

const U64_MAX = 0xffff_ffff_ffff_ffffn;

/** A number that is to stay a floating-point one although it is whole: JavaScript does not tell `1.0` from `1`. */
export class Real {
  constructor(number) {
    this.number = number;
  }
}

/**
 * Writes one value: null, undefined (as null), booleans, numbers, bigints, text, Uint8Array, arrays, and objects or Maps
 * with text keys. Whole numbers up to 2^53 are integers; bigints are exact, and a `Problem` beyond 128 bits; `toJSON` is
 * asked where an object has it, as of a Date.
 */
export function encode(value) {
  const out = new Bytes();
  write(value, out, 0);
  return out.take();
}

/** Grows as needed; an array of numbers would take sixteen times the space. */
class Bytes {
  #bytes = new Uint8Array(256);
  #length = 0;

  #reserve(count) {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }

  push(byte) {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  append(bytes) {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  take() {
    return this.#bytes.slice(0, this.#length);
  }
}

function write(value, out, depth) {
  if (depth > DEPTH_MAX) throw new RangeError(`a document nests deeper than ${DEPTH_MAX}`);
  switch (typeof value) {
    case "undefined":
      return out.push(0xf6);
    case "boolean":
      return out.push(value ? 0xf5 : 0xf4);
    case "string":
      return writeText(value, out);
    case "bigint":
      return writeInteger(value, out);
    case "number":
      if (Number.isSafeInteger(value) && !Object.is(value, -0)) return writeInteger(value, out);
      return writeReal(value, out);
    case "object":
      return writeObject(value, out, depth);
    default:
      throw new TypeError(`a ${typeof value} is no data`);
  }
}

function writeObject(value, out, depth) {
  if (value === null) return out.push(0xf6);
  if (value instanceof Real) return writeReal(value.number, out);
  if (value instanceof Uint8Array) {
    head(2, value.length, out);
    return out.append(value);
  }
  if (typeof value.toJSON === "function") return write(value.toJSON(), out, depth + 1);
  if (Array.isArray(value)) {
    head(4, value.length, out);
    for (const item of value) write(item, out, depth + 1);
    return undefined;
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value).filter((entry) => entry[1] !== undefined);
  return writeMap(entries, out, depth);
}

function writeMap(entries, out, depth) {
  const encoded = entries.map(([name, item]) => {
    if (typeof name !== "string") throw new TypeError("the keys of a map are text");
    const key = new Bytes();
    writeText(name, key);
    return [key.take(), item];
  });
  // The bytewise order of the encoded keys.
  encoded.sort(([a], [b]) => compare(a, b));
  head(5, encoded.length, out);
  for (const [key, item] of encoded) {
    out.append(key);
    write(item, out, depth + 1);
  }
}

function compare(a, b) {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) if (a[at] !== b[at]) return a[at] - b[at];
  return a.length - b.length;
}

function writeText(text, out) {
  const bytes = toUtf8(text);
  head(3, bytes.length, out);
  out.append(bytes);
}

/** `argument` is a number below 2^53 or a bigint below 2^64. */
function head(major, argument, out) {
  const first = major << 5;
  if (argument < 24) return out.push(first | Number(argument));
  if (argument < 0x100) {
    out.push(first | 24);
    return out.push(Number(argument));
  }
  const [info, width] = argument < 0x10000 ? [25, 2] : argument < 0x1_0000_0000 ? [26, 4] : [27, 8];
  out.push(first | info);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(argument));
  return out.append(new Uint8Array(view.buffer, 8 - width));
}

function writeInteger(integer, out) {
  const isNegative = integer < 0;
  if (typeof integer === "number") return head(isNegative ? 1 : 0, isNegative ? -1 - integer : integer, out);
  let magnitude = isNegative ? -1n - integer : integer;
  if (magnitude <= U64_MAX) return head(isNegative ? 1 : 0, magnitude, out);
  if (magnitude >> INTEGER_BITS) {
    throw new Problem("integer-range", "an integer has more than 128 bits", { help: "return it as text" });
  }
  const bytes = [];
  for (; magnitude > 0n; magnitude >>= 8n) bytes.push(Number(magnitude & 0xffn));
  head(6, isNegative ? 3 : 2, out);
  head(2, bytes.length, out);
  return out.append(Uint8Array.from(bytes.reverse()));
}

/** The shortest of 16, 32 and 64 bits that keeps the value. NaN has one form. */
function writeReal(number, out) {
  if (Number.isNaN(number)) return out.append([0xf9, 0x7e, 0x00]);
  const view = new DataView(new ArrayBuffer(9));
  if (!Object.is(Math.fround(number), number)) {
    view.setUint8(0, 0xfb);
    view.setFloat64(1, number);
    return out.append(new Uint8Array(view.buffer));
  }
  const half = toHalf(number);
  if (half === null) {
    view.setUint8(0, 0xfa);
    view.setFloat32(1, number);
    return out.append(new Uint8Array(view.buffer, 0, 5));
  }
  view.setUint8(0, 0xf9);
  view.setUint16(1, half);
  return out.append(new Uint8Array(view.buffer, 0, 3));
}

/** The bits of a half-precision number that is exactly `number`, or null. */
function toHalf(number) {
  const sign = number < 0 || Object.is(number, -0) ? 0x8000 : 0;
  const size = Math.abs(number);
  if (size === 0) return sign;
  if (size === Infinity) return sign | 0x7c00;
  let exponent = Math.floor(Math.log2(size));
  if (size < 2 ** exponent) exponent -= 1;
  if (exponent > 15 || exponent < -24) return null;
  // Below 2^-14 halves are multiples of 2^-24.
  const unit = 2 ** (Math.max(exponent, -14) - 10);
  const steps = size / unit;
  if (!Number.isInteger(steps)) return null;
  return exponent < -14 ? sign | steps : sign | ((exponent + 15) << 10) | (steps - 1024);
}

/** Reads one value that the host sent. Integers beyond 2^53 come back as bigints. */
export function decode(bytes) {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (reader.at < bytes.length) throw new RangeError("bytes after the end of the item");
  return value;
}

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  item(depth) {
    if (depth > DEPTH_MAX) throw new RangeError(`nested deeper than ${DEPTH_MAX}`);
    const first = this.take(1)[0];
    const [major, info] = [first >> 5, first & 0x1f];
    if (major === 7) return this.simple(info);
    const argument = this.argument(info);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return typeof argument === "bigint" ? -1n - argument : safe(-1n - BigInt(argument));
      case 2:
        return this.take(argument).slice();
      case 3:
        return utf8(this.take(argument));
      case 4:
        return Array.from({ length: this.count(argument) }, () => this.item(depth + 1));
      case 5: {
        const entries = Array.from({ length: this.count(argument) }, () => [this.item(depth + 1), this.item(depth + 1)]);
        return Object.fromEntries(entries);
      }
      default:
        return this.tagged(argument, depth);
    }
  }

  /** An item takes a byte at least: a count that lies reserves nothing. */
  count(argument) {
    if (argument > this.bytes.length - this.at) throw new RangeError("more items than bytes");
    return argument;
  }

  take(count) {
    if (count > this.bytes.length - this.at) throw new RangeError("the item is cut off");
    this.at += Number(count);
    return this.bytes.subarray(this.at - Number(count), this.at);
  }

  argument(info) {
    if (info < 24) return info;
    if (info > 27) throw new RangeError("an item of indefinite length");
    const at = this.at;
    this.take(2 ** (info - 24));
    if (info === 24) return this.view.getUint8(at);
    if (info === 25) return this.view.getUint16(at);
    if (info === 26) return this.view.getUint32(at);
    return safe(this.view.getBigUint64(at));
  }

  simple(info) {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22) return null;
    const at = this.at;
    if (info === 25) {
      this.take(2);
      return fromHalf(this.view.getUint16(at));
    }
    if (info === 26) {
      this.take(4);
      return this.view.getFloat32(at);
    }
    if (info === 27) {
      this.take(8);
      return this.view.getFloat64(at);
    }
    throw new RangeError("a simple value that is not allowed here");
  }

  tagged(tag, depth) {
    const bytes = this.item(depth + 1);
    if ((tag !== 2 && tag !== 3) || !(bytes instanceof Uint8Array)) throw new RangeError(`tag ${tag} is not allowed here`);
    const magnitude = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return tag === 2 ? magnitude : -1n - magnitude;
  }
}

function safe(integer) {
  const isSafe = integer <= BigInt(Number.MAX_SAFE_INTEGER) && integer >= BigInt(Number.MIN_SAFE_INTEGER);
  return isSafe ? Number(integer) : integer;
}

function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
