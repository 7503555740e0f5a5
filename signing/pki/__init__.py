"""The installation's own authority: root, time-stamping unit, seal, their generations and ends."""
