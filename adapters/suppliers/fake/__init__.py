"""A supplier that is none: a process that sells, delivers and misbehaves as its switches say, for development and tests."""
