"""Proofs of the code, of its shape and of its packaging."""
