"""What people wait for: a mall that opens, a page, a command, each against a bound."""
