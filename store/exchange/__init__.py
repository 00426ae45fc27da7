"""The exchange folder: sealed envelopes of new entries, one recipient each (`docs/exchange-format.md`).

`envelope` is the format, `folder` what lies in a folder, `ledger` what the vault remembers of what it sent and heard,
`post` one round of taking in and putting, `courier` the same on its own while the program runs.
"""
