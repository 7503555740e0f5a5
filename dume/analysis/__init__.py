"""The buyer's table of the candidatures: facts read side by side, never a decision."""
