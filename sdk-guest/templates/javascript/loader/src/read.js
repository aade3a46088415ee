// A file → its value, or what is wrong with it and where.

import { Problem } from "noorm-guest";

/** @param {import("noorm-guest").DataFile} file */
export function read(file) {
  const { comment = "#" } = file.options;
  const values = new Map();
  for (const line of file.lines()) {
    const text = line.text.trim();
    if (text === "" || text.startsWith(comment)) continue;
    const [name, ...rest] = text.split("=");
    if (rest.length === 0 || name.trim() === "") {
      const help = `begin a comment with \`${comment}\``;
      throw new Problem("no-name", "this line is not `name = value`", { at: line.at(), help });
    }
    if (values.has(name.trim())) {
      const help = "remove one of them";
      throw new Problem("duplicate-name", `\`${name.trim()}\` has a value already`, { at: line.at(), help });
    }
    values.set(name.trim(), rest.join("=").trim());
  }
  return values;
}
