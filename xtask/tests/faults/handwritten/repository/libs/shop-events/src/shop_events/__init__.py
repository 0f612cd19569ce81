"""Events between the services."""
