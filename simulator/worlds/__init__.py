"""From one run to all worlds: what holds in which of them, and what an outsider may conclude."""
