"""Programs of others, each in an environment of its own under build/peers, and how they are asked."""
