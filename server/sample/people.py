"""The sample's student and team. All of them, their school and their district are invented."""

from dataclasses import asdict, dataclass

from server.domain import roles, seats


@dataclass(frozen=True, slots=True)
class SampleStudent:
    name: str
    birth_date: str  # ISO 8601
    grade: str
    school: str
    district: str

    def facts(self) -> dict[str, str]:
        """What is known of the student besides the name."""
        return {key: value for key, value in asdict(self).items() if key != "name"}


@dataclass(frozen=True, slots=True)
class SamplePerson:
    name: str
    role: str
    title: str  # the seat as people at the table say it
    is_staff: bool = True
    locale: str = "en"
    seats: tuple[str, ...] = ()  # of 34 CFR 300.321, beyond what the role says


STUDENT = SampleStudent(
    name="Jonah Vasquez-Lind",
    birth_date="2016-06-03",
    grade="5",
    school="Cedar Hollow Elementary",
    district="Wren Valley Unified",
)

PEOPLE = (
    SamplePerson("Dana Whitlock", roles.CASE_MANAGER, "Special education teacher", seats=(seats.SPECIAL_TEACHER,)),
    SamplePerson("Priya Raman", roles.LEA_REPRESENTATIVE, "Assistant principal"),
    SamplePerson("Marcus Obi", roles.TEAM_STAFF, "Grade 5 teacher", seats=(seats.REGULAR_TEACHER,)),
    SamplePerson("Helen Sato", roles.TEAM_STAFF, "School psychologist", seats=(seats.EVALUATION,)),
    SamplePerson("Tom Ferreira", roles.TEAM_STAFF, "Occupational therapist"),
    SamplePerson("Ingrid Bell", roles.TEAM_STAFF, "School counselor"),
    SamplePerson("Sam Adeyemi", roles.TEAM_STAFF, "Facilitator"),
    SamplePerson("Lena Fox", roles.TEAM_STAFF, "Note-taker"),
    SamplePerson("Elena Vasquez", roles.PARENT, "Mother", is_staff=False, locale="es"),
    SamplePerson("Peter Lind", roles.PARENT, "Father", is_staff=False),
    SamplePerson("Jonah Vasquez-Lind", roles.STUDENT, "Student", is_staff=False),
    SamplePerson("Carol Nwosu", roles.ADVOCATE, "Advocate for the parents", is_staff=False),
    SamplePerson("Rosa Imbert", roles.INTERPRETER, "Spanish interpreter", is_staff=False),
)
