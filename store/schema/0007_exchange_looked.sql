-- What was looked at in exchange folders (docs/exchange-format.md, 'What is remembered'). No journal: lost, it costs that
-- files are looked at once more.

-- folder and mark are keyed digests (of where it is; of name, size and time of a file), so that no name is kept.
-- sender and device are ids, as files claim them; empty where none could be read.
CREATE TABLE exchange_looked (
  folder BLOB NOT NULL,
  mark BLOB NOT NULL,
  verdict TEXT NOT NULL,
  sender TEXT NOT NULL,
  device TEXT NOT NULL,
  PRIMARY KEY (folder, mark)
) STRICT, WITHOUT ROWID;

-- Where the next round goes on, of files that are too many for one.
CREATE TABLE exchange_turn (
  folder BLOB NOT NULL,
  lane TEXT NOT NULL,
  mark BLOB NOT NULL,
  PRIMARY KEY (folder, lane)
) STRICT, WITHOUT ROWID;
