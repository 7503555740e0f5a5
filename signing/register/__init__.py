"""The public register: its key, signed checkpoints, tiles, the copy that a mirror keeps."""
