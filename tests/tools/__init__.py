"""Tools that keep committed files in step with the code."""
