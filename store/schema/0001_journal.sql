-- The journal and what it is signed with. docs/journal-format.md says what each thing means.

-- Every entry as it was signed. `arrival` counts from 1 in the order in which this vault took them in; `counter` is
-- the checkpoint that was made with it. space, device, sequence and kind repeat the header, for finding only.
CREATE TABLE entry (
  arrival INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  space TEXT NOT NULL,
  device TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  counter INTEGER NOT NULL,
  header BLOB NOT NULL,
  signature BLOB NOT NULL,
  salt BLOB,
  payload BLOB
) STRICT;

-- Not unique: the same device and sequence twice is a fork, and both are kept.
CREATE INDEX entry_feed ON entry (space, device, sequence);

-- What was erased on purpose, and by which entry. It wins over any later import.
CREATE TABLE tombstone (
  entry TEXT PRIMARY KEY,
  by_entry TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_stays BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'journal: an entry is never deleted'); END;

CREATE TRIGGER entry_is_not_replaced BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.id OR arrival = NEW.arrival)
BEGIN SELECT RAISE(ABORT, 'journal: an entry is never replaced'); END;

CREATE TRIGGER entry_erased_stays_erased BEFORE INSERT ON entry
WHEN (NEW.payload IS NOT NULL OR NEW.salt IS NOT NULL) AND EXISTS (SELECT 1 FROM tombstone WHERE entry = NEW.id)
BEGIN SELECT RAISE(ABORT, 'journal: an erased entry stays erased'); END;

CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
WHEN NOT (
  OLD.arrival IS NEW.arrival AND OLD.id IS NEW.id AND OLD.space IS NEW.space AND OLD.device IS NEW.device
  AND OLD.sequence IS NEW.sequence AND OLD.kind IS NEW.kind AND OLD.counter IS NEW.counter
  AND OLD.header IS NEW.header AND OLD.signature IS NEW.signature
  AND NEW.salt IS NULL AND NEW.payload IS NULL
  AND EXISTS (SELECT 1 FROM tombstone WHERE entry = OLD.id)
)
BEGIN SELECT RAISE(ABORT, 'journal: an entry is never changed'); END;

CREATE TRIGGER tombstone_stays BEFORE DELETE ON tombstone
BEGIN SELECT RAISE(ABORT, 'journal: a tombstone stays'); END;

CREATE TRIGGER tombstone_is_not_changed BEFORE UPDATE ON tombstone
BEGIN SELECT RAISE(ABORT, 'journal: a tombstone stays'); END;

CREATE TRIGGER tombstone_is_not_replaced BEFORE INSERT ON tombstone
WHEN EXISTS (SELECT 1 FROM tombstone WHERE entry = NEW.entry)
BEGIN SELECT RAISE(ABORT, 'journal: a tombstone stays'); END;

-- Spaces in the order of their first entry. The number is the leaf of the tree.
CREATE TABLE space (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL
) STRICT;

CREATE INDEX space_kind ON space (kind);

-- Entries that no other entry of their space builds on yet.
CREATE TABLE head (
  space TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (space, entry)
) STRICT, WITHOUT ROWID;

-- The tree over the heads of all spaces (RFC 6962, section 2.1), kept node by node so that a commit costs log n.
CREATE TABLE merkle (
  level INTEGER NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

-- One signed checkpoint with every commit.
CREATE TABLE checkpoint (
  counter INTEGER PRIMARY KEY,
  root TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;

CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'journal: a checkpoint stays'); END;

CREATE TRIGGER checkpoint_is_not_changed BEFORE UPDATE ON checkpoint
BEGIN SELECT RAISE(ABORT, 'journal: a checkpoint stays'); END;

CREATE TRIGGER checkpoint_is_not_replaced BEFORE INSERT ON checkpoint
WHEN EXISTS (SELECT 1 FROM checkpoint WHERE counter = NEW.counter)
BEGIN SELECT RAISE(ABORT, 'journal: a checkpoint stays'); END;

-- Signing keys of this installation. The newest signs, older ones are kept to recognise what they signed.
CREATE TABLE device_key (
  number INTEGER PRIMARY KEY,
  device TEXT NOT NULL UNIQUE,
  private BLOB NOT NULL,
  made_at TEXT NOT NULL
) STRICT;

-- What sealed bundles for this counsellor are opened with.
CREATE TABLE age_identity (
  number INTEGER PRIMARY KEY,
  recipient TEXT NOT NULL UNIQUE,
  secret TEXT NOT NULL,
  made_at TEXT NOT NULL
) STRICT;

-- The playbooks that cases are pinned to, byte for byte.
CREATE TABLE playbook (
  digest TEXT PRIMARY KEY,
  raw BLOB NOT NULL
) STRICT;

-- What is being written and not yet part of any journal.
CREATE TABLE draft (
  key TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  saved_at TEXT NOT NULL
) STRICT;
