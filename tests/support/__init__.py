"""What the tests stand on: real servers, databases, browsers, and Node."""
