-- How far the entries of a space were verified at an earlier opening (docs/adr/0032). A cache: lost, it costs that all are
-- verified once more. digest is over the bytes of every entry up to that arrival; heads are those there were then, flags
-- what was remarkable, entry -> remarks, both JSON.
CREATE TABLE verified (
  space TEXT PRIMARY KEY,
  arrival INTEGER NOT NULL,
  digest BLOB NOT NULL,
  heads TEXT NOT NULL,
  flags TEXT NOT NULL
) STRICT, WITHOUT ROWID;
