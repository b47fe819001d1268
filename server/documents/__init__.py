"""What is in a section's document: its bytes judged, its tree read, written, shown and taken back. No I/O here."""
