//! What the repository says: manifests, locks and settings, read once, typed, with places for errors.
