"""ASiC containers: a bounded ZIP, its manifests, what each signature covers."""
