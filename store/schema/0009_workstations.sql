-- The exchange folder by workstation and no longer by person: what one was sent does not count as sent to another.
-- told_in is the number of the envelope that told last; whether it was read is known by heard.
-- What was kept by person has no device until it is known whose workstation it was (store/exchange/ledger.py, settle).

ALTER TABLE exchange_sent ADD COLUMN device TEXT NOT NULL DEFAULT '';

ALTER TABLE exchange_heard RENAME TO exchange_heard_by_author;

CREATE TABLE exchange_heard (
  device TEXT PRIMARY KEY,
  author TEXT NOT NULL,
  made_at TEXT NOT NULL,
  number INTEGER NOT NULL,
  have TEXT NOT NULL,
  heard INTEGER NOT NULL,
  owed INTEGER NOT NULL,
  told TEXT NOT NULL DEFAULT '{}',
  told_in INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

INSERT INTO exchange_heard (device, author, made_at, number, have, heard, owed)
  SELECT author, author, made_at, number, have, heard, owed FROM exchange_heard_by_author;

DROP TABLE exchange_heard_by_author;
