"""Suppliers as the domain knows them: what they may reply, and what is asked of them."""
