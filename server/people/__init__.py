"""Who somebody is: accounts, passwords, sign-in links, sessions and their limits. No HTTP here."""
