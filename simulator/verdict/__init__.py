"""The verdict: provenance, fates, claims and families."""
