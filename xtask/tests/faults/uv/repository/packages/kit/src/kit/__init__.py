"""What both applications use."""
