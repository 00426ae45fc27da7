-- What the vault knows of itself, one row a thing: `id`, and `slots-generation`, the newest slots table it was opened by.
CREATE TABLE vault (
    key TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
