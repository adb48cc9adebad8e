"""Watchers: one rule model, vendor rules as data with evidence."""
