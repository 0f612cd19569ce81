"""What several applications need."""
