"""Tests of store/backup."""
