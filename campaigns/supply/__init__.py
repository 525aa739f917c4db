"""Buying from suppliers: what a worker asks them, and what they and operators say of purchases."""
