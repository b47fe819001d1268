"""The sample meeting: Jonah's annual review, with the draft as it was shared with his parents a week before."""

from datetime import datetime
from zoneinfo import ZoneInfo

from server.documents.tree import Node
from server.domain.sections import SECTIONS
from server.sample import levels, plan

TITLE = "Jonah's annual IEP review"
PURPOSE = "annual_review"
PLACE = "Room 12, and by video"
TIME_ZONE = "America/New_York"
PROFILE = "ex"
STARTS_AT = datetime(2027, 2, 25, 14, 30, tzinfo=ZoneInfo(TIME_ZONE))
ENDS_AT = datetime(2027, 2, 25, 16, 0, tzinfo=ZoneInfo(TIME_ZONE))

SHARED_AT = datetime(2027, 2, 17, 15, 5, tzinfo=ZoneInfo(TIME_ZONE))  # in time for the profile's five business days

FIRST_SECTION = "present_levels"  # the one that a demonstration opens with


def sections() -> dict[str, list[Node]]:
    """The draft: the blocks of each section's document, in the order of the sections."""
    written = {
        "parent_input": levels.parent_input(),
        "present_levels": levels.present_levels(),
        "special_factors": levels.special_factors(),
        "goals": plan.goals(),
        "services": plan.services(),
        "accommodations": plan.accommodations(),
        "assessments": plan.assessments(),
        "placement": plan.placement(),
        "extended_school_year": plan.extended_school_year(),
        "transition": plan.transition(),
        "notes": plan.notes(),
    }
    return {section: written[section] for section in SECTIONS}
