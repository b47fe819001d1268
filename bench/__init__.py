"""`make bench`: Roundtable measured beside the Hocuspocus server, in one run on one machine. See bench/README.md."""
