"""Backup and restore: what a vault holds, sealed into a folder in pieces that build on one another."""
