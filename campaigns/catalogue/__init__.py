"""The things of a mall in memory: made once for the campaigns in force, so that a page costs what it shows."""
