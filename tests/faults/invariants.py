"""What must hold in the small world of the planted bugs: the checks of the crash test, and what it sees on its page."""

from __future__ import annotations

from typing import Any

from tests.crm import timelines
from tests.faults import checks
from tests.faults.world import Service, World
from tests.kernel import fingerprint


async def complaints(world: World) -> list[str]:
    """Everything that is wrong; [] if all is well."""
    wrong: list[str] = []
    for who, service in world.services.items():
        async with service.connect() as conn:
            wrong += await checks.log_is_whole(conn, who)
            wrong += await checks.effects_are_single(conn, who)
            wrong += await checks.order_is_kept(conn, who)
            wrong += await checks.nothing_is_dead(conn, who)
            wrong += await commands_act_once(conn, who)
        wrong += await read_model_is_its_rebuild(service) if service.projected else []
    for check in (every_fact_has_its_effect, everything_told_is_known, vault_is_what_was_sent, timers_are_on_time):
        wrong += await check(world)
    return wrong + await mirror_is_what_the_crm_says(world)


async def every_fact_has_its_effect(world: World) -> list[str]:
    """What crm recorded is what accounts acted upon: nothing lost, nothing that was never recorded."""
    if not {"crm", "accounts"} <= world.services.keys():
        return []
    async with world.services["crm"].connect() as crm, world.services["accounts"].connect() as accounts:
        wrong = await checks.all_is_consumed(crm, accounts)
        facts = await crm.fetch("SELECT 'crm:' || position, stream_id FROM events ORDER BY position")
        rows = await accounts.fetch("SELECT DISTINCT causation_id, stream_id FROM events")
    recorded, acted = dict(map(tuple, facts)), {tuple(r) for r in rows}
    wrong += [f"accounts: {fact} had no effect" for fact, stream in recorded.items() if (fact, stream) not in acted]
    return wrong + [
        f"accounts: an effect of {cause} on {stream}, of which crm has recorded no such fact"
        for cause, stream in acted
        if recorded.get(cause) != stream
    ]


async def everything_told_is_known(world: World) -> list[str]:
    """What the foreign topic ever held is in crm's log."""
    if "crm" not in world.services or not world.told:
        return []
    async with world.services["crm"].connect() as conn:
        known = {tuple(r) for r in await conn.fetch("SELECT stream_id, version FROM events")}
    return [f"crm: number {n} of stream {s} never arrived" for s, n in world.told if (s, n) not in known]


async def commands_act_once(conn: Any, who: str) -> list[str]:
    """All events of a command were appended at once."""
    rows = await conn.fetch(
        "SELECT command_id, count(DISTINCT recorded_at) AS n FROM events WHERE command_id IS NOT NULL "
        "GROUP BY 1 HAVING count(DISTINCT recorded_at) > 1"
    )
    return [f"{who}: command {r['command_id']} acted {r['n']} times" for r in rows]


async def read_model_is_its_rebuild(service: Service) -> list[str]:
    """The tables say the same when they are made anew from the log."""
    tables = service.projector.projection.tables
    found = []
    for rebuild in (False, True):
        if rebuild:
            await service.projector.rebuild()
        async with service.engine.connect() as conn:
            found.append(await fingerprint(conn, tables))
    return [] if found[0] == found[1] else [f"{service.name}: the read model differs from its rebuild"]


async def vault_is_what_was_sent(world: World) -> list[str]:
    """A reader that reads `kam.people.v1` from the start, compacted, knows whom the vault knows."""
    if not {"crm", "accounts"} <= world.services.keys():
        return []
    said = "SELECT subject_id, words FROM people WHERE words IS NOT NULL"
    async with world.services["crm"].connect() as crm, world.services["accounts"].connect() as accounts:
        vault, known = dict(map(tuple, await crm.fetch(said))), dict(map(tuple, await accounts.fetch(said)))
    erased = [f"accounts: {s} was erased and is known again" for s in known.keys() - vault.keys()]
    return erased + [f"accounts: the words about {s} are not the vault's" for s in vault if known.get(s) != vault[s]]


async def timers_are_on_time(world: World) -> list[str]:
    """What fired was the newest due version, and not before its time."""
    wrong: list[str] = []
    for subject, (version, due) in world.armed.items():
        async with world.services["accounts"].connect() as conn:
            rows = await conn.fetch("SELECT causation_id FROM events WHERE stream_id = $1", subject)
        fired = [int(r[0].rpartition(":")[2]) for r in rows]
        wrong += [
            f"timer of {subject} fired for due version {v}, {version} had replaced it" for v in fired if v != version
        ]
        if version in fired and world.clock.now() < due:
            wrong.append(f"timer of {subject} fired before {due}")
        if version not in fired and world.clock.now() >= due:
            wrong.append(f"timer of {subject} did not fire")
    return wrong


async def mirror_is_what_the_crm_says(world: World) -> list[str]:
    """The mirror tells of each record what another one does that got the messages in the order of the CRM's log."""
    if world.mirror is None:
        return []
    other = await world.mirrored("other_mirror")
    await other.deliver(world.lines)
    found, expected = timelines(await world.mirror.log()), timelines(await other.log())
    last = {s: [facts[s][-1][2]["name"] if facts.get(s) else None for facts in (found, expected)] for s in expected}
    return [
        f"record {s}: the facts end with {here}, by the CRM's log with {there}"
        for s, (here, there) in last.items()
        if found.get(s) != expected[s]
    ]
