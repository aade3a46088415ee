// Other files of the project, for a loader whose format points to them. It takes a world that imports `noorm:host/files`
// (`linked-loader` or `linked-row-loader`), and a grant of the user's that names the files.

import { DataFile } from "./file.js";
import { Unsupported } from "./problem.js";

const host = await import("noorm:host/files@1.0.0").catch(() => null);

/** Reads a file of the project. Throws what the host says: no grant names it, or there is no such file. */
export function readFile(path) {
  if (host === null) throw new Unsupported("this plugin was not built to read other files of the project");
  return new DataFile(path, host.read(path));
}
