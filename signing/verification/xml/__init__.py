"""XML signatures: canonical forms, references, transforms, XAdES properties and time stamps."""
