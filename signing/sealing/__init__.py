"""How seals are written and read: CAdES and PAdES, with the key that the settings choose."""
