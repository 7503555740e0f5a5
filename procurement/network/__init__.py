"""The one guarded way out: addresses that documents, lists and settings name."""
