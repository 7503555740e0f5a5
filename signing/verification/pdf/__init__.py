"""PDF signatures: fields, byte ranges, what came after the signature."""
