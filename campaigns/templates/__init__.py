"""Templates: campaigns that are ready but for a few answers."""
