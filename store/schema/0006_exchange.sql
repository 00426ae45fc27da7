-- The exchange folder (docs/exchange-format.md). No journal: lost, it costs that things are sent once more.

-- Envelopes that this vault wrote and that may still lie somewhere. base, heads and have are JSON: space -> heads; what
-- the recipient has to have before it, what they have after it, and what this vault had then.
CREATE TABLE exchange_sent (
  name TEXT PRIMARY KEY,
  author TEXT NOT NULL,
  number INTEGER NOT NULL,
  digest TEXT NOT NULL,
  base TEXT NOT NULL,
  heads TEXT NOT NULL,
  have TEXT NOT NULL,
  entries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest that each other said of what they have; `heard` is the number of the newest envelope from here that they
-- had read then, `owed` whether they sent entries and were not told yet that those came.
CREATE TABLE exchange_heard (
  author TEXT PRIMARY KEY,
  made_at TEXT NOT NULL,
  number INTEGER NOT NULL,
  have TEXT NOT NULL,
  heard INTEGER NOT NULL,
  owed INTEGER NOT NULL,
  told TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;
