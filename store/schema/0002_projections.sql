-- Projections: made from the journal alone, in the transaction of each entry. `segl doctor` makes them anew and compares.

-- What stands in a space: a statement on a subject stands until an entry that knew it states the same subject again.
-- Two statements on one subject are a disagreement between heads. `place` is the entry's place in the order of the
-- space, `since` the time from which the value has been what it is.
CREATE TABLE standing (
  space TEXT NOT NULL,
  subject TEXT NOT NULL,
  entry TEXT NOT NULL,
  place INTEGER NOT NULL,
  value TEXT NOT NULL,
  at TEXT NOT NULL,
  since TEXT NOT NULL,
  device TEXT NOT NULL,
  PRIMARY KEY (space, subject, entry)
) STRICT, WITHOUT ROWID;

-- How much was ever written in a space, and when last.
CREATE TABLE tally (
  space TEXT PRIMARY KEY,
  entries INTEGER NOT NULL,
  changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a case, for finding it.
CREATE TABLE case_file (
  space TEXT PRIMARY KEY,
  reference TEXT NOT NULL,
  opened_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX case_file_reference ON case_file (reference);

-- A cache and no projection: the next step of a case as computed from so many entries. It holds from `day` to the day
-- before `until`, when the next date of the case falls.
CREATE TABLE glance (
  space TEXT PRIMARY KEY,
  entries INTEGER NOT NULL,
  day TEXT NOT NULL,
  until TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
