"""Pages: one module per page, rendered on the server, each readable and usable without script."""
