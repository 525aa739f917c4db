"""What happens at the host: facts that campaigns hear, points they earn, and what is read of them."""
