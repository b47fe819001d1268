"""Work that is not asked for by anybody: done now and then, by one node at a time, however many there are."""
