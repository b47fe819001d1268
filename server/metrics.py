"""What `/metrics` tells (Prometheus). No label ever holds a name, an id or a text."""

from prometheus_client import Counter, Gauge, Histogram

COMMIT_SECONDS = Histogram(
    "roundtable_commit_seconds",
    "Time from the start of a batch's transaction to its commit.",
    buckets=(0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
COMMIT_FAILURES = Counter("roundtable_commit_failures_total", "Batches that the database refused; each is tried again.")
STORAGE_STUCK = Gauge("roundtable_storage_stuck", "1 while the database takes no edits.")
ENTRIES = Counter("roundtable_journal_entries_total", "Entries committed to journals.")
SOCKETS = Gauge("roundtable_sockets", "Open live sockets.")
ROOMS = Gauge("roundtable_rooms", "Documents in memory.")
FRAMES_IN = Counter("roundtable_frames_received_total", "Frames received on live sockets.")
REFUSED = Counter("roundtable_refused_updates_total", "Updates refused, by reason code.", ["reason"])
RESYNCS = Counter("roundtable_resyncs_total", "Updates answered by asking for the missing ones.")
CLOSED = Counter("roundtable_closed_sockets_total", "Live sockets closed by the server, by close code.", ["code"])
OVERFLOWS = Counter("roundtable_outbox_overflows_total", "Sockets closed because they did not read.")
REBUILT = Counter("roundtable_documents_rebuilt_total", "Documents thrown away and read again from the journal.")
