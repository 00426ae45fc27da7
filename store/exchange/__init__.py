"""The exchange folder: sealed envelopes of new entries, one recipient each (`docs/exchange-format.md`).

`envelope` is the format, `head` what of it is signed, `folder` how one's own files are put, `listing` which files a
round looks at, `looking` what they are, `memory` what the vault remembers of that, `ledger` what it remembers of what
it sent and heard, `post` one round of taking in and putting over a `port` to the vault, `courier` the same on its own
while the program runs.
"""
