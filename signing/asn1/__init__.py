"""DER (X.690), written and read strictly: what time stamps and seals are made of."""
