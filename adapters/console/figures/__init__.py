"""
The screens of figures: an overview, the figures of the whole mall, and those of one brand.
"""
