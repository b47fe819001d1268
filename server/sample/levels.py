"""The sample draft, first half: what the family says, and where Jonah stands."""

from server.documents.tree import Node
from server.sample.content import bold, bullets, heading, paragraph, quote, table


def parent_input() -> list[Node]:
    return [
        heading("What we want the team to know about our child"),
        paragraph("Jonah says:"),
        quote("I know lots about space. Reading out loud makes my stomach hurt. I like when I can listen first."),
        heading("Strengths and interests"),
        paragraph("He knows a great deal about space and science. Science is the one class where he raises his hand."),
        heading("Our concerns"),
        quote(
            "He works twice as long as his sister and cries over writing. He lost ground after the winter vacation.",
            "We want to know why reading is only half an hour, what method is used, and we do not want him pulled out "
            "of science, the one class where he raises his hand.",
        ),
        paragraph("From the parents’ input form, February 9, 2027."),
        heading("What we hope for this year"),
        paragraph(),
    ]


def present_levels() -> list[Node]:
    return [
        heading("Strengths"),
        bullets(
            "Spoken vocabulary: 91st percentile on a picture vocabulary test (April 2025)",
            "Knows a lot of science",
            "Keeps at it with adults he trusts",
        ),
        heading("Academic achievement"),
        bullets(
            (
                bold("Reading fluency. "),
                "On unpracticed grade 4 passages, median of three: 82 words correct per minute (WCPM) with 93% "
                "accuracy (February 10, 2027). The school’s grade 5 winter benchmark is 133.",
            ),
            (
                bold("Decoding. "),
                "Reads 9 of 20 words of several syllables (45%; list B, February 8, 2027). Errors on vowel teams and "
                "unstressed syllables.",
            ),
            (
                bold("Listening comprehension. "),
                "With grade 5 text read aloud he answers 88% of the questions. Comprehension is a strength once print "
                "is not in the way.",
            ),
            (
                bold("Writing. "),
                "Median 6 of 16 on the paragraph rubric (five samples, January 2027); 22 correct writing sequences in "
                "3 minutes. What he tells aloud is far richer.",
            ),
            (
                bold("Math. "),
                "Reasons at grade level. Word problems fall from 90% when read to him to 55% when he reads alone.",
            ),
        ),
        heading("Progress on last year’s fluency goal", 3),
        paragraph("The goal was 95 WCPM on grade 4 text by March 2027."),
        table(
            ("Date", "9/14", "10/5", "11/2", "12/14", "1/6", "1/20", "2/3", "2/10"),
            ("WCPM", "64", "67", "71", "76", "66", "71", "78", "82"),
        ),
        paragraph(
            "A steady gain of about 0.9 words a week, a drop of 10 words over the two-week winter break, and four "
            "weeks to win it back. The goal was ",
            bold("not met"),
            ".",
        ),
        heading("Functional performance"),
        paragraph(
            "Jonah starts independent work within 2 minutes of the direction in 15 of 40 chances observed (38%; Mr. "
            "Obi and Ms. Bell, January 11–29, 2027). Once started he finishes 80% of what classmates finish."
        ),
        paragraph(
            "He has two friendships and avoids reading groups. He went to the nurse before oral reading on 6 of the 9 "
            "days it was scheduled."
        ),
        heading("How the disability affects learning with classmates"),
        paragraph(
            "Because decoding is slow and takes effort, Jonah cannot get grade-level content from print at the pace "
            "of the class. Starting late adds to the time he loses. This affects every subject that uses text."
        ),
        heading("Needs this plan must meet"),
        bullets(
            "Reading fluency and decoding",
            "Written expression",
            "Getting started on independent work",
            "A way to grade-level content that does not depend on print",
        ),
    ]


def special_factors() -> list[Node]:
    return [
        heading("Behavior that gets in the way of learning"),
        paragraph("His behavior does not get in the way of others. Goal 4 addresses avoiding work."),
        heading("Language needs of an English learner"),
        paragraph(
            "Jonah is fluent in English; Spanish is spoken at home. His parents need papers and talk in Spanish."
        ),
        heading("Blindness or visual impairment: Braille"),
        paragraph("Not needed."),
        heading("Communication, and hearing"),
        paragraph("No direct service is needed."),
        heading("Assistive technology"),
        paragraph("To be discussed."),
    ]
