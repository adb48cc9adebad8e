"""Telling: words in two languages, text, JSON and figures."""
