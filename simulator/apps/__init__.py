"""Apps: pipelines made of steps, and presets as data."""
