"""Changes of many things on offer at once: what is asked, what it makes of each thing, and the files that say so."""
