"""The numbered SQL files that make and change the vault's tables."""
