"""What the Makefile calls: set-up, checks, and the tools around translations, locks and browsers."""
