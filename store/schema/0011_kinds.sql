-- The entries of a space that are of some kinds, without the others: who shared a case, what was erased, who looked.
CREATE INDEX entry_kind ON entry (space, kind);
