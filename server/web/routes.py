"""Every page's address, in one table, and what answers when a page refuses."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from server.domain.errors import Refused
from server.journal.snapshot import Damaged
from server.journal.store import StorageUnavailable
from server.people.limits import TooOften
from server.web import (
    accesses,
    account,
    admin,
    agenda,
    agenda_item,
    amendments,
    arrangement,
    attendance,
    before,
    chain,
    changes,
    closing,
    comment_forms,
    comments,
    contacts,
    decisions,
    duties,
    errors,
    excusals,
    file_dates,
    finalizing,
    gathering,
    guard,
    history,
    home,
    invitations,
    invite,
    language,
    meeting_notice,
    meetings_new,
    notice_form,
    notices,
    now,
    own_words,
    papers,
    people,
    progress,
    redline_paper,
    review,
    said,
    sharing,
    sign_in,
    so_far,
    stage,
    ticket,
    timeline,
    to_do,
    told,
    who_wrote,
    word_import,
    workspace,
)

MEETING = "/m/{meeting_id}"
SEAT = MEETING + "/people/{participant_id}"
SECTION = MEETING + "/sections/{document_id}"


def routes() -> list[BaseRoute]:
    return [
        Route("/", home.show),
        Route("/sign-in", sign_in.show),
        Route("/sign-in", sign_in.submit, methods=["POST"]),
        Route("/sign-out", sign_in.sign_out, methods=["POST"]),
        Route("/invite/{token}", invite.show),
        Route("/invite/{token}", invite.submit, methods=["POST"]),
        Route("/language", language.submit, methods=["POST"]),
        Route("/account", account.show),
        Route("/account/profile", account.submit_profile, methods=["POST"]),
        Route("/account/password", account.submit_password, methods=["POST"]),
        Route("/account/revoke", account.revoke, methods=["POST"]),
        Route("/account/sign-out-everywhere", account.sign_out_everywhere, methods=["POST"]),
        Route("/meetings/new", meetings_new.show),
        Route("/meetings/new", meetings_new.submit, methods=["POST"]),
        *word_import.ROUTES,
        Route(MEETING, workspace.show),
        Route(MEETING + "/live", workspace.live),
        Route(MEETING + "/phase", workspace.change_phase, methods=["POST"]),
        Route(MEETING + "/pause", workspace.change_pause, methods=["POST"]),
        Route(MEETING + "/ticket", ticket.submit, methods=["POST"]),
        Route(MEETING + "/people", people.show),
        Route(MEETING + "/people", people.add, methods=["POST"]),
        Route(SEAT, people.change, methods=["POST"]),
        Route(SEAT + "/remove", people.remove, methods=["POST"]),
        Route(SEAT + "/link", people.make_link, methods=["POST"]),
        *arrangement.ROUTES,
        *file_dates.ROUTES,
        *attendance.ROUTES,
        *excusals.ROUTES,
        *contacts.ROUTES,
        *progress.ROUTES,
        *invitations.ROUTES,
        *meeting_notice.ROUTES,
        Route(SECTION + "/state", workspace.change_section, methods=["POST"]),
        *agenda.ROUTES,
        *agenda_item.ROUTES,
        *to_do.ROUTES,
        *told.ROUTES,
        *gathering.ROUTES,
        *so_far.ROUTES,
        *finalizing.ROUTES,
        Route(SECTION + "/history", history.show),
        Route(SECTION + "/history/{number:int}", history.version),
        Route(SECTION + "/history/{number:int}/restore", history.restore, methods=["POST"]),
        *decisions.ROUTES,
        *now.ROUTES,
        *said.ROUTES,
        *sharing.ROUTES,
        *before.ROUTES,
        *own_words.ROUTES,
        *stage.ROUTES,
        *closing.ROUTES,
        *review.ROUTES,
        *notices.ROUTES,
        *papers.ROUTES,
        *accesses.ROUTES,
        *redline_paper.ROUTES,
        *notice_form.ROUTES,
        *chain.ROUTES,
        *amendments.ROUTES,
        *changes.ROUTES,
        *timeline.ROUTES,
        *who_wrote.ROUTES,
        *guard.ROUTES,
        *duties.ROUTES,
        *comments.ROUTES,
        *comment_forms.ROUTES,
        Route("/admin", admin.show),
        Route("/admin/people", admin.add, methods=["POST"]),
        Route("/admin/people/{person_id}/link", admin.make_link, methods=["POST"]),
        Route("/admin/people/{person_id}/disable", admin.disable, methods=["POST"]),
        Route("/admin/people/{person_id}/enable", admin.enable, methods=["POST"]),
    ]


def exception_handlers() -> dict[Any, Callable[[Request, Any], Response]]:
    """For `Starlette(exception_handlers=...)`. What none of these takes ends in `middleware.CatchUnexpected`."""
    return {
        HTTPException: errors.http_error,
        Refused: errors.refused,
        TooOften: errors.too_often,
        errors.SignInNeeded: errors.sign_in_needed,
        errors.OneMeetingOnly: errors.one_meeting_only,
        Damaged: errors.damaged,
        StorageUnavailable: errors.storage_unavailable,
        OperationalError: errors.storage_unavailable,
    }
