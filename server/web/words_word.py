"""What is said of a Word file: why one is not taken, and what was done with what stood in it."""

from server.web.i18n import N_

REFUSED = {
    "empty": N_("No file was chosen, or it is empty. Choose a Word file (.docx)."),
    "too_big": N_("The file is too large. Send one of at most 20 MB, without pictures if you can."),
    "old_word": N_("This is an old Word file (.doc), or one with a password. Save it as .docx without a password."),
    "not_word": N_("This is not a Word file. Choose one that ends in .docx."),
    "bomb": N_("This file unpacks to far more than a document holds, so it was not opened."),
    "entities": N_("This file holds instructions that no Word file needs, so it was not opened. Save it anew in Word."),
    "damaged": N_("This file is damaged and cannot be read. Open it in Word and save it anew."),
    "nested": N_("Things in this file stand inside each other far too deep, so it was not read. Save it anew in Word."),
    "no_words": N_(
        "No words were found in this file. If it has only pictures of pages, as from a scanner, have their text recognized "
        "and send it again; or go back and begin with empty sections."
    ),
    "slow": N_("Reading this file took too long. Try again, or send it without its pictures."),
}

ONE_AT_A_TIME = N_("A file of yours is still being read, so this one was not taken. Wait until the other is done.")
MANY_FILES = N_("Many files are being read just now, so this one was not taken. Send it again in a few minutes.")

SEVERAL = N_(
    "The heading “%(heading)s” names more than one section. What stands below it went to “%(section)s”; look there for what "
    "belongs to: %(others)s."
)


def ngettext(one: str, many: str) -> tuple[str, str]:
    """Mark a plural for the catalogues; it is chosen where the number is known."""
    return one, many


TOLD = {
    "words": ngettext("%(num)s word was read, and it is all below.", "%(num)s words were read, and all are below."),
    "tables": ngettext("%(num)s table was found.", "%(num)s tables were found."),
    "blocks": ngettext(
        "%(num)s row of a table became a goal, service or accommodation with fields.",
        "%(num)s rows of tables became goals, services or accommodations with fields.",
    ),
    "insertions": ngettext(
        "%(num)s tracked insertion was taken as if accepted.", "%(num)s tracked insertions were taken as if accepted."
    ),
    "deletions": ngettext(
        "%(num)s tracked deletion was left out, as if accepted.",
        "%(num)s tracked deletions were left out, as if accepted.",
    ),
    "pictures": ngettext(
        "%(num)s picture was not taken. Its place is marked […].",
        "%(num)s pictures were not taken. Each place is marked […].",
    ),
    "objects": ngettext(
        "%(num)s embedded object was not taken. Its place is marked […].",
        "%(num)s embedded objects were not taken. Each place is marked […].",
    ),
    "footnotes": ngettext("%(num)s footnote stands at the end.", "%(num)s footnotes stand at the end."),
    "endnotes": ngettext("%(num)s endnote stands at the end.", "%(num)s endnotes stand at the end."),
    "comments": ngettext("%(num)s comment stands at the end.", "%(num)s comments stand at the end."),
    "overlooked": ngettext(
        "%(num)s word stood where Roundtable does not look; it is at the end.",
        "%(num)s words stood where Roundtable does not look; they are at the end.",
    ),
    "macros": ngettext(
        "The macros in the file were not run and not taken.", "The macros in the file were not run and not taken."
    ),
}
