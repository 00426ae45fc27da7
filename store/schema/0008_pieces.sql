-- Indexes over what is there, so that they can neither lag behind it nor say anything else: a case with ten thousands of
-- pieces is opened, and goes on, without all of them being read.

-- The pieces of a case by number.
CREATE INDEX standing_number ON standing (
  space, CASE WHEN json_valid(value) THEN json_extract(value, '$.number') END, subject, place
) WHERE subject >= 'evidence/' AND subject < 'evidence0';

-- The custody of a piece.
CREATE INDEX standing_moved ON standing (
  space, CASE WHEN json_valid(value) THEN json_extract(value, '$.evidence') END
) WHERE subject >= 'custody/' AND subject < 'custody0';

-- The entries of a space in the order of arrival.
CREATE INDEX entry_space ON entry (space);
