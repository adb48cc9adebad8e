"""Sentences that can be true or false of a run: their grammar, and those that are shipped."""
