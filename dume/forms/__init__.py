"""Forms that refuse nothing: what was typed is saved as it is, and told as a gap beside its field."""
