"""Words that are said in IEP meetings, in English and Spanish, each explained as one would to a neighbor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """`explained` by language code."""

    en: str
    es: str
    explained: dict[str, str]


def _term(en: str, es: str, in_english: str, in_spanish: str) -> Term:
    return Term(en, es, {"en": in_english, "es": in_spanish})


GLOSSARY: tuple[Term, ...] = (
    _term(
        "accommodation",
        "adaptación",
        "A change in how a student learns or shows what they know. What is expected stays the same.",
        "Un cambio en cómo el estudiante aprende o muestra lo que sabe. Lo que se espera de él no cambia.",
    ),
    _term(
        "adapted physical education",
        "educación física adaptada",
        "Gym class changed so that a student with a disability can take part.",
        "Clase de educación física modificada para que pueda participar un estudiante con una discapacidad.",
    ),
    _term(
        "advocate",
        "defensor o defensora",
        "Somebody whom the family brings along to help them speak up.",
        "Persona que la familia lleva consigo para que le ayude a hacerse oír.",
    ),
    _term(
        "age of majority",
        "mayoría de edad",
        "The birthday on which the rights of the parents pass to the student, in most states 18.",
        "El cumpleaños en que los derechos de los padres pasan al estudiante: en casi todos los estados, los 18 años.",
    ),
    _term(
        "annual goal",
        "meta anual",
        "What the student should be able to do in one year, said so that it can be measured.",
        "Lo que el estudiante debe poder hacer dentro de un año, dicho de modo que se pueda medir.",
    ),
    _term(
        "annual review",
        "revisión anual",
        "The meeting, at least once a year, that looks at the whole plan again.",
        "La reunión, al menos una vez al año, en que se revisa todo el plan.",
    ),
    _term(
        "assessment",
        "evaluación",
        "Tests, observations and talks that show how a student is doing.",
        "Pruebas, observaciones y conversaciones que muestran cómo va el estudiante.",
    ),
    _term(
        "assistive technology",
        "tecnología de asistencia",
        "Any tool that helps a student do something, from a pencil grip to a talking tablet.",
        "Cualquier herramienta que ayuda al estudiante a hacer algo, desde un lápiz especial hasta una tableta.",
    ),
    _term(
        "baseline",
        "punto de partida",
        "Where the student is now, with a number, so that progress can be seen later.",
        "Dónde está el estudiante ahora, con un número, para poder ver después el progreso.",
    ),
    _term(
        "behavior intervention plan (BIP)",
        "plan de intervención de la conducta",
        "A plan for what adults do to prevent a hard behavior and to teach a better one.",
        "Un plan de lo que hacen los adultos para evitar una conducta difícil y enseñar otra mejor.",
    ),
    _term(
        "benchmark",
        "objetivo intermedio",
        "A small step on the way to a goal.",
        "Un paso pequeño en el camino hacia una meta.",
    ),
    _term(
        "case manager",
        "coordinador o coordinadora del caso",
        "The staff member who prepares the plan and whom the family can call first.",
        "La persona de la escuela que prepara el plan y a quien la familia puede llamar primero.",
    ),
    _term(
        "consensus",
        "consenso",
        "The team talks until everybody can live with an answer. Nobody counts votes.",
        "El equipo conversa hasta que todos puedan aceptar una respuesta. Nadie cuenta votos.",
    ),
    _term(
        "consent",
        "consentimiento",
        "A parent’s written yes. It is free, and it can be taken back for the time to come.",
        "El sí por escrito de un padre o una madre. Es voluntario y se puede retirar para el futuro.",
    ),
    _term(
        "disability category",
        "categoría de discapacidad",
        "One of the 13 kinds of disability that the federal law names.",
        "Uno de los 13 tipos de discapacidad que nombra la ley federal.",
    ),
    _term(
        "due process",
        "debido proceso",
        "A formal way to settle a disagreement, with a hearing officer who decides.",
        "Una forma oficial de resolver un desacuerdo, con una persona imparcial que decide.",
    ),
    _term(
        "eligibility",
        "elegibilidad",
        "Whether a student qualifies for special education, and why.",
        "Si el estudiante tiene derecho a la educación especial, y por qué.",
    ),
    _term(
        "extended school year (ESY)",
        "año escolar extendido",
        "Services when school is out, for students who would otherwise lose too much.",
        "Servicios cuando no hay clases, para estudiantes que de otro modo perderían demasiado.",
    ),
    _term(
        "free appropriate public education (FAPE)",
        "educación pública gratuita y apropiada",
        "The right of every student with a disability to schooling that fits, at no cost to the family.",
        "El derecho de todo estudiante con una discapacidad a una educación adecuada, sin costo para la familia.",
    ),
    _term(
        "functional behavioral assessment (FBA)",
        "evaluación funcional de la conducta",
        "Finding out why a behavior happens: what comes before it, and what the student gets from it.",
        "Averiguar por qué ocurre una conducta: qué pasa antes y qué obtiene con ella el estudiante.",
    ),
    _term(
        "general education",
        "educación general",
        "The classes and the learning that all students have.",
        "Las clases y los aprendizajes que tienen todos los estudiantes.",
    ),
    _term(
        "IEP (individualized education program)",
        "IEP (programa de educación individualizado)",
        "The written plan for one student’s special education, made by a team that the parents belong to.",
        "El plan escrito para la educación especial de un estudiante. Lo hace un equipo que incluye a los padres.",
    ),
    _term(
        "inclusion",
        "inclusión",
        "Learning together with classmates who have no disability, with the help that takes.",
        "Aprender junto con compañeros sin discapacidad, con la ayuda que haga falta.",
    ),
    _term(
        "independent educational evaluation (IEE)",
        "evaluación educativa independiente",
        "A test by somebody outside the district, which parents may ask for if they disagree with the school’s.",
        "Una evaluación de alguien que no trabaja para el distrito; los padres pueden pedirla si no están de acuerdo "
        "con la de la escuela.",
    ),
    _term(
        "interpreter",
        "intérprete",
        "Somebody who says everything in the other language. For families it costs nothing.",
        "Persona que dice todo en el otro idioma. Para las familias es gratis.",
    ),
    _term(
        "least restrictive environment (LRE)",
        "entorno menos restrictivo",
        "As much time as possible with classmates without disabilities.",
        "El mayor tiempo posible con compañeros sin discapacidad.",
    ),
    _term(
        "local educational agency (LEA)",
        "agencia educativa local",
        "The school district. Its representative may promise what the district will provide.",
        "El distrito escolar. Su representante puede prometer lo que el distrito va a dar.",
    ),
    _term(
        "measurable",
        "medible",
        "Said so that two people who look at it see the same number.",
        "Dicho de modo que dos personas que lo miran vean el mismo número.",
    ),
    _term(
        "mediation",
        "mediación",
        "A neutral person helps the family and the school to agree. Both must want it.",
        "Una persona neutral ayuda a la familia y a la escuela a ponerse de acuerdo. Ambas deben quererlo.",
    ),
    _term(
        "modification",
        "modificación",
        "A change in what a student is expected to learn.",
        "Un cambio en lo que se espera que el estudiante aprenda.",
    ),
    _term(
        "occupational therapy (OT)",
        "terapia ocupacional",
        "Help with hands, senses and everyday tasks, such as writing or getting dressed.",
        "Ayuda con las manos, los sentidos y las tareas diarias, como escribir o vestirse.",
    ),
    _term(
        "paraprofessional (aide)",
        "asistente del maestro",
        "An adult in class who helps under a teacher’s direction.",
        "Un adulto que ayuda en la clase bajo la dirección de un maestro.",
    ),
    _term(
        "parent concerns",
        "preocupaciones de los padres",
        "What worries the parents. The team must consider it, and it stands in the plan.",
        "Lo que preocupa a los padres. El equipo debe tomarlo en cuenta, y queda en el plan.",
    ),
    _term(
        "physical therapy (PT)",
        "terapia física",
        "Help with moving: walking, sitting, climbing stairs.",
        "Ayuda para moverse: caminar, sentarse, subir escaleras.",
    ),
    _term(
        "placement",
        "ubicación",
        "In what kind of classroom the student learns. It is decided after the services.",
        "En qué tipo de salón aprende el estudiante. Se decide después de los servicios.",
    ),
    _term(
        "present levels",
        "niveles actuales",
        "How the student is doing now, in school work and everyday life.",
        "Cómo le va ahora al estudiante, en el trabajo escolar y en la vida diaria.",
    ),
    _term(
        "prior written notice (PWN)",
        "aviso previo por escrito",
        "The letter that says what the school will do or will not do, and why, before it happens.",
        "La carta que dice qué va a hacer o no va a hacer la escuela, y por qué, antes de que ocurra.",
    ),
    _term(
        "procedural safeguards",
        "garantías procesales",
        "The rights of parents in special education. The school gives them a copy each year.",
        "Los derechos de los padres en la educación especial. La escuela les da una copia cada año.",
    ),
    _term(
        "progress monitoring",
        "seguimiento del progreso",
        "Measuring often whether the student is on the way to the goal.",
        "Medir con frecuencia si el estudiante va camino a la meta.",
    ),
    _term(
        "pull-out",
        "apoyo fuera del salón",
        "The student leaves the class for a while to get help.",
        "El estudiante sale un rato de la clase para recibir ayuda.",
    ),
    _term(
        "push-in",
        "apoyo dentro del salón",
        "The helper comes into the class.",
        "Quien ayuda entra en la clase.",
    ),
    _term(
        "reevaluation",
        "reevaluación",
        "Looking again, at least every three years, at what the student needs.",
        "Volver a ver, al menos cada tres años, qué necesita el estudiante.",
    ),
    _term(
        "referral",
        "remisión",
        "The request to find out whether a student needs special education.",
        "La solicitud de averiguar si un estudiante necesita educación especial.",
    ),
    _term(
        "related services",
        "servicios relacionados",
        "Help that a student needs to learn, such as speech therapy, counseling or a ride to school.",
        "Ayuda que el estudiante necesita para aprender, como terapia del habla, consejería o transporte.",
    ),
    _term(
        "resource room",
        "salón de recursos",
        "A room where a small group works with a special education teacher for part of the day.",
        "Un salón donde un grupo pequeño trabaja parte del día con un maestro de educación especial.",
    ),
    _term(
        "Section 504 plan",
        "plan 504",
        "A plan with accommodations for a student with a disability who needs no special education.",
        "Un plan con adaptaciones para un estudiante con una discapacidad que no necesita educación especial.",
    ),
    _term(
        "special education",
        "educación especial",
        "Teaching made to fit one student’s needs, at no cost to the family.",
        "Enseñanza hecha a la medida de un estudiante, sin costo para la familia.",
    ),
    _term(
        "specially designed instruction",
        "enseñanza diseñada especialmente",
        "What is taught, and how, changed to fit this student.",
        "Lo que se enseña, y cómo, cambiado para este estudiante.",
    ),
    _term(
        "speech and language therapy",
        "terapia del habla y del lenguaje",
        "Help with sounds, words, understanding and talking with others.",
        "Ayuda con los sonidos, las palabras, la comprensión y la conversación.",
    ),
    _term(
        "supplementary aids and services",
        "ayudas y servicios suplementarios",
        "Supports in regular classes, so that the student can be there.",
        "Apoyos en las clases regulares para que el estudiante pueda estar en ellas.",
    ),
    _term(
        "transition",
        "transición",
        "Getting ready for work, more school and living as an adult.",
        "Prepararse para el trabajo, más estudios y la vida adulta.",
    ),
)
