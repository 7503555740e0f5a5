"""Time stamps (RFC 3161): our own tokens issued and read, outside authorities asked and checked. No database."""
