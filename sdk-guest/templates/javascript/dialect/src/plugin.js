// {{type}} for noorm: its names, literals, transactions, tracking tables, lock, scripts and errors. It only says texts; it
// never speaks to a database.
//
// It begins as a translation of noorm's dialect for SQLite. Go through it file by file: what your server says otherwise is
// yours to write. Databases are files here: `database`, which makes and removes others, is left to the SDK.

import { dialect } from "noorm-guest/dialect";

import * as effects from "./effect.js";
import * as errorCodes from "./errors.js";
import * as values from "./literals.js";
import * as locks from "./lock.js";
import * as names from "./naming.js";
import * as scripts from "./script.js";
import * as sessions from "./server.js";
import * as tables from "./tracking/index.js";
import * as transactions from "./transaction.js";

const exported = dialect({
  name: "{{name}}",
  version: "0.1.0",
  summary: "{{type}} for noorm",
  // What a config's `dialect` says.
  dialect: "{{word}}",
  // Which of the host's drivers speaks to the server: sqlite, postgres, mysql or mssql.
  driver: "sqlite",
  server: sessions,
  naming: names,
  literals: values,
  transaction: transactions,
  tracking: tables,
  lock: locks,
  script: scripts,
  effect: effects,
  errors: errorCodes,
});

export const { describe, server, database, naming, literals, transaction, tracking, lock, script, effect, errors } =
  exported;
