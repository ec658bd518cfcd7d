// The sqlite3 package compiles its own SQLite while it is installed. Here its calls go to the
// same SQLite that the product uses, so that both sides of a comparison run on one engine. The
// calls answer at once instead of from a thread pool, which is in the peer's favour.
'use strict';

const path = require('node:path');
const { createRequire } = require('node:module');

const Libsql = createRequire(path.join(__dirname, '../../../package.json'))('libsql');

class Database {
  constructor(file) {
    this.database = new Libsql(file);
  }

  run(sql, parameters, callback) {
    this.answer(sql, parameters, callback, (statement, values) => {
      // What returns rows must be read to its end, or its transaction stays open.
      if (statement.reader) return [{ changes: statement.all(values).length, lastID: 0 }, undefined];
      const { changes, lastInsertRowid } = statement.run(values);
      return [{ changes, lastID: Number(lastInsertRowid) }, undefined];
    });
  }

  all(sql, parameters, callback) {
    this.answer(sql, parameters, callback, (statement, values) => [this, statement.all(values)]);
  }

  get(sql, parameters, callback) {
    this.answer(sql, parameters, callback, (statement, values) => [this, statement.all(values)[0]]);
  }

  close(callback) {
    this.database.close();
    callback?.(null);
  }

  /** `action` gives what the callback finds as `this`, and its result. */
  answer(sql, parameters, callback, action) {
    const done = typeof parameters === 'function' ? parameters : callback;
    const values = Array.isArray(parameters) ? parameters.map(bindable) : [];
    let outcome;
    try {
      outcome = action(this.database.prepare(sql), values);
    } catch (error) {
      // The package says by number what is wrong, and Emmett looks at it: SQLite's primary result code.
      return done?.call(this, Object.assign(error, { errno: error.rawCode & 0xff }));
    }
    const [self, result] = outcome;
    return done?.call(self, null, result);
  }
}

function bindable(value) {
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
}

module.exports = { Database, OPEN_READWRITE: 2, OPEN_CREATE: 4, OPEN_URI: 64 };
