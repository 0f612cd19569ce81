"""The models that services exchange; each module is one conversation between two of them."""
