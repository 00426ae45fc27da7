-- Where a copy lies of which somebody said whose device it is (ADR 27). No journal: a path may say who somebody is, and
-- means something on this workstation only; lost, it costs that a person is asked.

-- mark is a digest of the piece's id and of the path, or of disk and number of the file: no name is kept.
CREATE TABLE lies_at (
  space TEXT NOT NULL,
  piece TEXT NOT NULL,
  copy INTEGER NOT NULL,
  mark BLOB NOT NULL,
  PRIMARY KEY (space, piece, copy, mark)
) STRICT, WITHOUT ROWID;
