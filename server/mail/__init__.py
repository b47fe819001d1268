"""Mail: letters are put into the outbox in the transaction of the act that sends them; `server.jobs.mail` sends."""

from server.mail.letter import Letter
from server.mail.post import NotSetUp, Post, withdraw

__all__ = ["Letter", "NotSetUp", "Post", "withdraw"]
