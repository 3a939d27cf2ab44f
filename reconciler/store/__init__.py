"""Our own files: what we write down, and read back as we wrote it or not at all."""
