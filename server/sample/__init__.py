"""An invented student, team and draft to look at, and plain meetings for load tests. Nobody in it exists."""
