"""The national service DUME (AIFE): not connected unless the settings say so, and nothing here needs it."""
