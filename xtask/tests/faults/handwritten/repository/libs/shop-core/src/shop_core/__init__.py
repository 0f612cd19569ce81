"""Models and settings that all services share."""
