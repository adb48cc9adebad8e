"""What to run: the model of a scenario, its loader, the shipped library, families."""
