"""Whole screens: the set-up of one identity, the list of identities, and what stands in front of them for a moment."""
