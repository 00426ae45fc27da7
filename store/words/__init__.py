"""Word lists for passphrases, made for Segl: plain words of a to z only, so that they are the same on every keyboard.

`da.txt` and `en.txt` are offered; `common.txt` holds what people choose first, and counts for little.
"""
