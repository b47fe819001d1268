import asyncio
from datetime import timedelta

from sqlalchemy import select

from server.people import invitations
from server.people.accounts import set_disabled
from server.storage.engine import Database
from server.storage.tables import Invitation, Person
from tests.support.school import School


def redeem(school: School, token: str) -> invitations.Redeemed | None:
    redeemed: invitations.Redeemed | None = school.call(invitations.redeem, school.state.database, token)
    return redeemed


def link(school: School, person: Person, **options: object) -> str:
    token: str = school.call(
        invitations.issue_account_link, school.state.database, person.id, created_by=None, **options
    )
    return token


def test_a_link_works_once(school: School) -> None:
    elena = school.person("Elena")
    token = link(school, elena)
    assert school.call(invitations.find_open, school.state.database, token).id == elena.id
    assert redeem(school, token) == invitations.Redeemed(elena.id, None)
    assert redeem(school, token) is None
    assert school.call(invitations.find_open, school.state.database, token) is None


def test_of_many_at_once_one_gets_in(school: School) -> None:
    token = link(school, school.person("Elena"))

    async def rush() -> list[invitations.Redeemed | None]:
        return await asyncio.gather(*(invitations.redeem(school.state.database, token) for _ in range(20)))

    assert sum(result is not None for result in school.call(rush)) == 1


async def test_of_several_nodes_one_lets_the_link_in(postgres_url: str) -> None:
    nodes = [Database(postgres_url) for _ in range(3)]
    async with nodes[0].transaction() as session:
        session.add(Person(id="p_1", name="Elena"))
    for _ in range(5):
        token = await invitations.issue_account_link(nodes[0], "p_1", created_by=None)
        redeemed = await asyncio.gather(*(invitations.redeem(node, token) for node in nodes for _ in range(3)))
        assert sum(result is not None for result in redeemed) == 1
    for node in nodes:
        await node.close()


def test_only_the_hash_is_kept(school: School) -> None:
    token = link(school, school.person("Elena"))
    (row,) = school.rows(select(Invitation))
    assert token not in repr(vars(row))
    assert redeem(school, row.token_hash) is None


def test_an_expired_link_does_nothing(school: School) -> None:
    assert redeem(school, link(school, school.person("Elena"), lifetime=timedelta(seconds=-1))) is None


def test_a_new_link_ends_the_older_one(school: School) -> None:
    elena = school.person("Elena")
    older, newer = link(school, elena), link(school, elena)
    assert redeem(school, older) is None
    assert redeem(school, newer) is not None


def test_a_disabled_person_stays_out(school: School) -> None:
    elena = school.person("Elena")
    token = link(school, elena)
    school.call(set_disabled, school.state.database, school.state.bus, elena.id, True)
    assert redeem(school, token) is None


def test_a_link_into_a_meeting_says_which(school: School) -> None:
    dana, elena = school.person("Dana", is_staff=True), school.person("Elena")
    meeting = school.meeting(dana)
    school.seat(dana, meeting, elena, "parent")
    redeemed = redeem(school, school.invite(dana, meeting, elena))
    assert redeemed == invitations.Redeemed(elena.id, meeting, (meeting, dana.id))
