// What the author of a loader uses. Dialects are in `noorm-guest/dialect`, quirks in `noorm-guest/quirk`.

export { documentLoader, rowLoader } from "./loader.js";
export { Problem, Problems, Unsupported } from "./problem.js";
export { DataFile } from "./file.js";
export { Line, LineSplitter } from "./lines.js";
export { BatchBuilder } from "./batch.js";
export { position, offset } from "./position.js";
export { encode, decode, Real } from "./cbor.js";
export { utf8, toUtf8 } from "./utf8.js";
export { readFile } from "./files.js";
export { log } from "./log.js";
