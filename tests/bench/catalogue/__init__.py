"""A large catalogue: ten thousand things in three hundred campaigns."""
