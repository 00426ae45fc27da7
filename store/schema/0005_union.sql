-- Entries whose payload did not come with them: withheld on purpose, or erased where they came from. It is filled in when
-- the payload comes, and only then.
CREATE TABLE withheld (
  entry TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

DROP TRIGGER entry_is_not_changed;

CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
WHEN NOT (
  OLD.arrival IS NEW.arrival AND OLD.id IS NEW.id AND OLD.space IS NEW.space AND OLD.device IS NEW.device
  AND OLD.sequence IS NEW.sequence AND OLD.kind IS NEW.kind AND OLD.counter IS NEW.counter
  AND OLD.header IS NEW.header AND OLD.signature IS NEW.signature
  AND (
    (NEW.salt IS NULL AND NEW.payload IS NULL AND EXISTS (SELECT 1 FROM tombstone WHERE entry = OLD.id))
    OR (
      OLD.salt IS NULL AND OLD.payload IS NULL AND NEW.salt IS NOT NULL AND NEW.payload IS NOT NULL
      AND EXISTS (SELECT 1 FROM withheld WHERE entry = OLD.id)
      AND NOT EXISTS (SELECT 1 FROM tombstone WHERE entry = OLD.id)
    )
  )
)
BEGIN SELECT RAISE(ABORT, 'journal: an entry is never changed'); END;
