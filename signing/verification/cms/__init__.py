"""CMS: signers, CAdES attributes, time-stamp tokens, evidence records."""
