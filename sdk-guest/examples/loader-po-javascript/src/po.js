// SPDX-License-Identifier: Apache-2.0
// The lines of a .po file → rows.

import { Problem } from "noorm-guest";

const KEYWORD = /^(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d)\])?)(?=\s|")/;

const ESCAPES = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\" };

/** A message on its way: the texts that were read, and those of its translation by form. */
class Entry {
  context = null;
  id = null;
  plural = null;
  texts = new Map();
  isFuzzy = false;
}

export class PoReader {
  columns = ["context", "id", "plural", "form", "text"];
  #entry = new Entry();
  /** Appends to the text that the last keyword began. */
  #append = null;
  #ready = [];
  #seen = new Set();
  #keepsFuzzy;

  constructor({ fuzzy = "skip" } = {}) {
    this.#keepsFuzzy = fuzzy === "keep";
  }

  line(line) {
    this.#read(line);
    return this.#ready.shift();
  }

  *end() {
    this.#close();
    yield* this.#ready;
  }

  #read(line) {
    if (line.text === "") return undefined;
    const start = line.text.length - line.text.trimStart().length;
    const rest = line.text.slice(start).trimEnd();
    if (rest.startsWith("#")) return this.#comment(rest);
    if (rest === "") return undefined;
    if (rest.startsWith('"')) {
      if (!this.#append) throw new Problem("stray-text", "this text belongs to no message", { at: line.at(start) });
      return this.#append(text(line, start, rest));
    }
    const keyword = KEYWORD.exec(rest);
    if (!keyword) {
      const help = "a line is a comment, a text in quotes, or begins with msgctxt, msgid, msgid_plural or msgstr";
      throw new Problem("unknown-keyword", "this line is nothing that a .po file has", { at: line.at(start), help });
    }
    const [name] = keyword;
    const quote = name.length + (rest.slice(name.length).length - rest.slice(name.length).trimStart().length);
    return this.#field(name, keyword[2], text(line, start + quote, rest.slice(quote)), line.at(start));
  }

  /** A comment that follows a translation is the next message's. */
  #comment(rest) {
    if (this.#entry.texts.size > 0) this.#close();
    if (rest.startsWith("#,") && /\bfuzzy\b/.test(rest)) this.#entry.isFuzzy = true;
    this.#append = null;
  }

  #field(name, form, value, at) {
    const isNew = name === "msgctxt" || name === "msgid";
    if (isNew && this.#entry.texts.size > 0) this.#close();
    const entry = this.#entry;
    if (name === "msgctxt") return this.#begin(entry, "context", value);
    if (name === "msgid") {
      if (entry.id !== null) throw new Problem("no-translation", "the message before this one has no msgstr", { at });
      return this.#begin(entry, "id", value);
    }
    if (entry.id === null) throw new Problem("no-id", `${name} without a msgid before it`, { at });
    if (name === "msgid_plural") return this.#begin(entry, "plural", value);
    const key = form ?? "0";
    if (entry.texts.has(key)) throw new Problem("duplicate-form", `a second ${name} for one msgid`, { at });
    this.#notSeen(entry, key, at);
    entry.texts.set(key, value);
    this.#append = (more) => entry.texts.set(key, entry.texts.get(key) + more);
    return undefined;
  }

  #begin(entry, field, value) {
    entry[field] = value;
    this.#append = (more) => {
      entry[field] += more;
    };
  }

  /** Two translations of one message would be two rows with one key. */
  #notSeen(entry, form, at) {
    const key = JSON.stringify([entry.context, entry.id, form]);
    if (this.#seen.has(key)) {
      const help = "keep one of them, or tell them apart with msgctxt";
      throw new Problem("duplicate-message", `\`${entry.id}\` is translated twice`, { at, help });
    }
    this.#seen.add(key);
  }

  /** A message is complete. The one with the empty id is the file's header, and no row. */
  #close() {
    const { context, id, plural, texts, isFuzzy } = this.#entry;
    this.#entry = new Entry();
    this.#append = null;
    if (id === null || id === "" || (isFuzzy && !this.#keepsFuzzy)) return;
    for (const [form, value] of texts) {
      // An empty translation is one that is still to be made.
      this.#ready.push([context, id, plural, form, value === "" ? null : value]);
    }
  }
}

/** The text between the quotes of `rest`, which begins at `start` of the line. */
function text(line, start, rest) {
  if (!/^"(?:[^"\\]|\\.)*"$/.test(rest)) {
    const help = 'a text stands in quotes; a quote in it is \\"';
    throw new Problem("open-quote", "this text is not in quotes", { at: line.span(start, start + rest.length), help });
  }
  return rest.slice(1, -1).replace(/\\(.)/g, (whole, letter, index) => {
    const at = line.span(start + 1 + index, start + 3 + index);
    if (!(letter in ESCAPES)) throw new Problem("unknown-escape", `\`${whole}\` means nothing`, { at });
    return ESCAPES[letter];
  });
}
