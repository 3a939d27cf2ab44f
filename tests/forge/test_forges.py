"""Both forges over a real socket: what is posted stands there, and what goes wrong is told with its remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from reconciler.errors import PlanStale, ProviderUnavailable, ReconcilerError
from reconciler.forge.comments import Wanted, wanted_of
from reconciler.forge.connection import ForgeMissing, ForgeRefused
from reconciler.forge.forge import Forge
from reconciler.forge.github import GitHub
from reconciler.forge.gitlab import GitLab
from reconciler.forge.job import forge_of
from reconciler.forge.posting import Posted, outdate, post, reviewed
from tests.forge.server import HEAD, MERGE, PERSON, PERSONS, READER, TOKEN, World, serving

pytestmark = pytest.mark.enable_socket
DIGEST = "d" * 64
BEFORE = "b" * 40
QUICK = (0.0, 0.0)


def connect(which: str, world: World, token: str = TOKEN) -> Forge:
    """Connect to a world as one forge or the other."""
    if which == "github":
        graphql = f"{world.url}/graphql"
        return GitHub(
            api_url=world.url,
            graphql_url=graphql,
            repository="lumiere/data",
            token=token,
            tell=world.told.append,
            waits=QUICK,
        )
    return GitLab(api_url=f"{world.url}/api/v4", project="42", token=token, tell=world.told.append, waits=QUICK)


def wanted(parts: int = 1, digest: str = DIGEST, head: str = HEAD) -> Wanted:
    """Give the parts of a report."""
    texts = [f"<!-- reconciler:plan part={one}/{parts} digest={digest} -->\n## {one}\n" for one in range(1, parts + 1)]
    found = wanted_of(texts, "plan", head)
    assert found is not None
    return found


@pytest.fixture
def world() -> Iterator[World]:
    """A forge of its own for each test."""
    with serving(World()) as world:
        yield world


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest, world: World) -> Iterator[Forge]:
    """Each forge in turn."""
    with closing(connect(request.param, world)) as forge:
        yield forge


def test_a_report_stands_is_brought_up_to_date_and_is_read_again(forge: Forge, world: World) -> None:
    """Its whole life; what others wrote stays, and what was merged is found by its commit."""
    theirs = world.write(wanted().parts[0], PERSON).body
    assert post(forge, 7, wanted(3)) == Posted(made=3)
    assert world.bodies == [theirs, *wanted(3).parts]
    assert post(forge, 7, wanted(3)) == Posted()
    assert post(forge, 7, wanted(1, "e" * 64)) == Posted(made=1, outdated=3)
    assert forge.merged_as(MERGE) is None
    assert forge.merged_as(HEAD) is None
    world.merged_as = MERGE
    merged = forge.merged_as(MERGE)
    assert merged is not None
    assert reviewed(forge, merged, "plan") == "e" * 64
    assert forge.merged_as("c" * 40) is None
    assert outdate(forge, 7, "plan") == Posted(outdated=1)
    with pytest.raises(PlanStale):
        reviewed(forge, forge.proposal(7), "plan")


def test_nothing_is_sent_that_writes_when_dry(forge: Forge, world: World) -> None:
    """It says the same all the same."""
    assert post(forge, 7, wanted(2), dry=True) == Posted(made=2)
    assert world.writes == []


def test_ours_is_found_behind_many_pages(forge: Forge, world: World) -> None:
    """Pages are asked for at the host that we know, whatever its links say; the forge's own notes are nobody's."""
    for number in range(7):
        world.write(f"talk {number}", PERSON)
    world.write(wanted().parts[0])
    world.most = 2
    system = world.write("changed the description", system=True)
    found = forge.comments(7)
    assert len(found) == (9 if forge.title == "GitHub" else 8)
    assert system.number in {one.number for one in found} or forge.title == "GitLab"
    assert post(forge, 7, wanted()) == Posted()


@pytest.mark.parametrize("fault", [429, 502, "lost"])
def test_a_request_that_may_be_repeated_is(fault: int | str, forge: Forge, world: World) -> None:
    """Reads, updates and deletes."""
    world.write(wanted(1, "e" * 64, BEFORE).parts[0])
    world.write(wanted(1, "e" * 64, BEFORE).parts[0])
    forge.author()
    world.faults = [fault, 0, fault, 0, fault, 0]
    assert post(forge, 7, wanted()) == Posted(updated=1, deleted=1)
    assert world.bodies == [wanted().parts[0]]
    assert world.faults == []


@pytest.mark.parametrize("fault", [500, "failed", "lost"])
def test_a_comment_whose_answer_is_lost_is_not_made_twice(fault: int | str, forge: Forge, world: World) -> None:
    """It is looked for: it stands after a lost answer, and does not after an error that came before it was made."""
    forge.author()
    world.faults = [0, fault]
    assert post(forge, 7, wanted()).made == (1 if fault == 500 else 0)
    assert world.bodies == [wanted().parts[0]]


def test_a_comment_that_is_gone_since_the_look_is_looked_for_again(forge: Forge, world: World) -> None:
    """The forge knows it no more when it is to be brought up to date."""
    note = world.write(wanted(1, "e" * 64, BEFORE).parts[0])
    forge.author()
    world.faults = [0, 404]
    assert post(forge, 7, wanted()) == Posted(updated=1)
    assert note.body == wanted().parts[0]


def test_a_comment_that_was_refused_for_its_pace_is_made_once(forge: Forge, world: World) -> None:
    """GitHub says 403 for its second limit, and when to come again."""
    forge.author()
    world.after = 1
    world.faults = [0, 403]
    assert post(forge, 7, wanted()) == Posted(made=1)
    assert world.bodies == [wanted().parts[0]]


def test_a_forge_that_stays_away_is_told(forge: Forge, world: World) -> None:
    """After the last try; and at once where it asks for more patience than a job has."""
    world.faults = [503] * 3
    with pytest.raises(ProviderUnavailable) as found:
        forge.comments(7)
    assert "It answered 503, in 3 tries." in str(found.value)
    assert world.told == [f"{forge.title}: It answered 503. It is asked again in 0 s."] * 2
    world.faults, world.after = [429], 3600
    with pytest.raises(ProviderUnavailable):
        forge.comments(7)
    assert len(world.said) == 4


def test_what_a_token_lacks_is_named(world: World) -> None:
    """The permission, not what was to be said."""
    for which, needed in (("github", '"pull-requests: write"'), ("gitlab", 'the scope "api"')):
        with closing(connect(which, world, READER)) as forge, pytest.raises(ForgeRefused) as found:
            post(forge, 7, wanted())
        assert needed in str(found.value)
        with closing(connect(which, world, "spent")) as forge, pytest.raises(ForgeRefused) as found:
            forge.comments(7)
        assert "_TOKEN holds a token that is valid still" in str(found.value)
        with closing(connect(which, world)) as forge, pytest.raises(ForgeMissing) as missing:
            forge.comments(8)
        assert "check that the number and the repository are right" in str(missing.value)
    assert world.bodies == []


def test_a_server_without_graphql_is_asked_for_its_user(world: World) -> None:
    """As those that speak GitHub's REST API alone."""
    world.graphql = False
    with closing(connect("github", world, PERSONS)) as forge:
        assert forge.author() == PERSON
        assert post(forge, 7, wanted()) == Posted(made=1)
    assert [note.author for note in world.notes] == [PERSON]


def test_no_connection_is_told(world: World) -> None:
    """Where nobody listens."""
    world.url = "http://127.0.0.1:9"
    with closing(connect("gitlab", world)) as forge, pytest.raises(ReconcilerError) as found:
        forge.author()
    assert "The connection was refused, in 3 tries." in str(found.value)
    assert world.told == ["GitLab: The connection was refused. It is asked again in 0 s."] * 2


def test_an_address_that_cannot_work_is_told_at_once(world: World) -> None:
    """TLS where nobody speaks it; a host without such an API; nothing is asked a second time."""
    plain, found = world.url, []
    for address, faults in ((plain.replace("http://", "https://"), []), (plain, [404, 404])):
        world.url = address
        for which, variable in (("github", "GITHUB_API_URL"), ("gitlab", "CI_API_V4_URL")):
            world.faults = [*faults]
            with closing(connect(which, world)) as forge, pytest.raises(ReconcilerError) as caught:
                forge.author()
            (problem,) = caught.value.problems
            assert problem.remedy == f"Check that {variable} has the address of the forge's API."
            found.append((problem.code, problem.detail))
    tls = ("forge-unreachable", "What listens there does not speak TLS.")
    assert found == [tls, tls, *[("forge-refused", "It answered 404.")] * 2]
    assert world.told == []


def test_the_project_of_the_target_is_asked_about_a_fork(world: World) -> None:
    """Where the merge request is, and not where its commits come from."""
    environ = {
        "CI_API_V4_URL": f"{world.url}/api/v4",
        "CI_PROJECT_ID": "43",
        "CI_MERGE_REQUEST_PROJECT_ID": "42",
        "RECONCILER_GITLAB_TOKEN": TOKEN,
    }
    with closing(forge_of(environ, world.told.append)) as forge:
        assert forge.proposal(7).head == HEAD
