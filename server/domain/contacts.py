"""Attempts to have the parents at the meeting (34 CFR 300.322(d)): calls, letters, visits, and what came of each."""

CHANNELS = ("phone", "text_message", "email", "letter", "home_visit", "work_visit", "in_person", "other")
RESULTS = ("agreed", "other_time", "declined", "reached", "message_left", "no_answer", "returned")

MOST_CONTACTS = 200
LANGUAGE_LENGTH = 60
NOTE_LENGTH = 1000
