"""The headings and hints that a new draft comes with, in the languages it can be made in, and words for "not yet".

A draft's headings are text like any other, so a part is found by its heading; a hint that was never replaced, or a
"to be discussed", is no answer. Tests hold this table against the catalogues.
"""

import re
import unicodedata
from collections.abc import Mapping

HEADINGS: Mapping[str, tuple[str, str]] = {
    "concerns": ("Our concerns", "Nuestras preocupaciones"),
    "academic": ("Academic achievement", "Rendimiento académico"),
    "functional": ("Functional performance", "Desempeño funcional"),
    "impact": (
        "How the disability affects learning with classmates",
        "Cómo afecta la discapacidad al aprendizaje con sus compañeros",
    ),
    "needs": ("Needs this plan must meet", "Necesidades que este plan debe atender"),
    "factor_behavior": ("Behavior that gets in the way of learning", "Conducta que dificulta el aprendizaje"),
    "factor_language": ("Language needs of an English learner", "Necesidades de idioma de quien aprende inglés"),
    "factor_vision": ("Blindness or visual impairment: Braille", "Ceguera o discapacidad visual: Braille"),
    "factor_communication": ("Communication, and hearing", "Comunicación y audición"),
    "factor_technology": ("Assistive technology", "Tecnología de asistencia"),
    "tests": ("Tests this year, and accommodations in each", "Exámenes de este año y adaptaciones en cada uno"),
    "alternate": ("Alternate assessment: why, and which one", "Evaluación alterna: por qué y cuál"),
    "options": ("Options the team considers", "Opciones que el equipo considera"),
    "harmful": ("Possible harmful effects", "Posibles efectos perjudiciales"),
    "outside": (
        "Time not with nondisabled classmates, and why",
        "Tiempo sin compañeros sin discapacidades, y por qué",
    ),
    "placement": ("Placement and reasons", "Ubicación y razones"),
    "esy": ("Is an extended school year needed?", "¿Se necesita un año escolar extendido?"),
    "esy_basis": ("What the answer is based on", "En qué se basa la respuesta"),
    "wishes": ("What the student wants to do after school", "Qué quiere hacer el estudiante después de la escuela"),
    "postsecondary": (
        "Goals for education, training, work and living",
        "Metas de educación, capacitación, trabajo y vida diaria",
    ),
    "transition_services": ("Transition services and courses", "Servicios y cursos de transición"),
    "majority": ("Rights at the age of majority", "Derechos al llegar a la mayoría de edad"),
}

HINTS: Mapping[str, tuple[str, str]] = {
    "area": ("such as reading fluency", "por ejemplo, fluidez de lectura"),
    "baseline": ("where the student is now, with a number", "dónde está ahora, con un número"),
    "condition": ("given what, and where", "con qué apoyo y dónde"),
    "behavior": ("what the student will do", "qué hará el estudiante"),
    "criterion": ("how well, and how often", "qué tan bien y cuántas veces"),
    "measure": ("how we will see it", "cómo lo veremos"),
    "date": ("a date", "una fecha"),
    "reporting": ("when the parents hear", "cuándo se informa a los padres"),
    "service": ("such as speech therapy", "por ejemplo, terapia del habla"),
    "provider": ("who gives it", "quién lo da"),
    "frequency": ("how often", "con qué frecuencia"),
    "minutes": ("each time", "cada vez"),
    "location": ("in which room", "en qué salón"),
    "start": ("first day", "primer día"),
    "end": ("last day", "último día"),
    "what": ("what helps", "qué ayuda"),
    "where": ("in which classes and tests", "en qué clases y exámenes"),
    "kind": ("accommodation or modification", "adaptación o modificación"),
}

_NOT_YET = (
    "tbd",
    "tba",
    "to be discussed",
    "to be determined",
    "to be decided",
    "to be added",
    "to come",
    "not filled in",
    "pending",
    "todo",
    "xxx",
    "por hablar",
    "por discutir",
    "por definir",
    "por decidir",
    "por determinar",
    "pendiente",
    "sin completar",
    "se discutira",
    "se hablara",
)


def plain(text: str) -> str:
    """For comparing: lower case, no accents, no punctuation at the ends, single spaces."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return re.sub(r"\s+", " ", bare).strip(" .,:;!?¿¡-–—_…*()[]\"'“”‘’")


_HEADING_OF = {plain(text): key for key, texts in HEADINGS.items() for text in texts}
_HINT_TEXTS = frozenset(plain(text) for texts in HINTS.values() for text in texts)
_NO_ANSWER = frozenset((*_NOT_YET, ""))


def heading_key(heading: str) -> str | None:
    """Which heading of the template this is, or None for one of the team's own."""
    return _HEADING_OF.get(plain(heading))


def is_blank(text: str) -> bool:
    """Nothing, a hint that was left as it was, or words that only say that something will come."""
    bare = plain(text)
    return bare in _NO_ANSWER or bare in _HINT_TEXTS or bare.removesuffix(" in the meeting") in _NO_ANSWER
