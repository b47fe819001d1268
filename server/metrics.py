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
JOBS = Counter("roundtable_jobs_total", "Jobs that this node has done, by name.", ["job"])
MAIL = Counter("roundtable_mail_total", "Letters that were tried to send, by what came of it.", ["outcome"])
BUS_UP = Gauge("roundtable_bus_up", "1 while messages between nodes go through; always 0 without Redis.")
BUS_NODES = Gauge("roundtable_bus_nodes", "Other nodes heard of on the bus in the last seconds.")
BUS_LAG = Gauge("roundtable_bus_lag_seconds", "How long this node's last heartbeat took through Redis and back.")
BUS_SENT = Counter("roundtable_bus_sent_total", "Messages published for other nodes.")
BUS_RECEIVED = Counter("roundtable_bus_received_total", "Messages of other nodes.")
BUS_DROPPED = Counter("roundtable_bus_dropped_total", "Messages not sent; the other nodes read the database instead.")
BUS_REJECTED = Counter("roundtable_bus_rejected_total", "Messages on our channels that no node with our key has made.")
BUS_RECONNECTS = Counter("roundtable_bus_reconnects_total", "Times that the connections to Redis were made anew.")
GAPS = Counter("roundtable_relay_gaps_total", "Times that entries of another node did not come and were missed.")
CATCH_UPS = Counter("roundtable_relay_catch_ups_total", "Reads of entries that other nodes committed.")
POLLS = Counter("roundtable_relay_polls_total", "Looks at the heads of the open meetings in the database.")
BEHIND = Counter("roundtable_relay_behind_total", "Edits judged anew, another node having written the text meanwhile.")
DIVERGED = Counter("roundtable_relay_diverged_total", "Meetings read anew: what we had heard is not in the database.")
