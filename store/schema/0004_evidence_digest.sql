-- Finding a piece of evidence by its digest in all cases at once ('seen before?'). An index over what stands, so it can
-- neither lag behind the journal nor say anything else than it.
CREATE INDEX standing_digest ON standing (
  CASE WHEN json_valid(value) THEN json_extract(value, '$.digest') END
) WHERE subject >= 'evidence/' AND subject < 'evidence0';
