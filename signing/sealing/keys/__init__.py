"""Where the key of the seal lives: our own authority, a PKCS#12 file, a PKCS#11 token or a remote CSC service."""
