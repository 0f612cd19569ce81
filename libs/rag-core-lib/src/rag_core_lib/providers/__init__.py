"""Models that turn texts into vectors and questions into answers: what is asked of them, and who can be asked."""
