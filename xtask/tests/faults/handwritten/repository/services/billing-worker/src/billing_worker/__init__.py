"""Bills what was ordered."""
