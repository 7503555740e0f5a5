"""Whom to believe, and when: anchors, trusted lists, paths, revocation, times proved by stamps."""
