"""`make run`: PostgreSQL, broker, migrations, services, the capture; then `ready`, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
import signal

from deploy.local import home
from deploy.local.broker import Tansu
from deploy.local.plan import REPOSITORY, Plan
from deploy.local.playback import Playback
from deploy.local.postgres import Postgres
from deploy.local.processes import BI_READER, DATABASES, MAILBOX, PROCESSES, commands
from deploy.local.progress import Stores
from deploy.local.screen import Screen
from deploy.local.server import KilledAtStart, StartFailed
from deploy.local.supervisor import Supervisor
from shared.contracts.topics import TOPICS
from shared.kafka import Kafka
from shared.migrate import upgrade

LOOK = 0.3  # seconds between two looks at the servers


class Stack:
    """One run, in a home that is held and with a plan that was checked."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.logs = plan, plan.home / "logs"
        self.logs.mkdir(exist_ok=True)
        self.screen = Screen(["supervisor", MAILBOX, *(process.name for process in PROCESSES)])
        self.postgres: Postgres | None = None
        self.broker: Tansu | None = None
        self.supervisor: Supervisor | None = None
        self._starting: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Return when SIGINT, SIGTERM or SIGHUP came and everything is down.

        Raises StartFailed if a part cannot be kept running, Refused if the home holds other data.
        """
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(sig, stop.set)
        work, stopping = asyncio.ensure_future(self._serve()), asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait([work, stopping], return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                work.result()
            self.screen.finish()
            self.screen.say("stopping")
        finally:
            stopping.cancel()
            work.cancel()
            await asyncio.wait([work])
            self.screen.finish()
            await self._down()

    async def _serve(self) -> None:
        """Everything, for ever. Ends only by an error or by being cancelled."""
        playback = Playback(self.plan, self.screen)
        self.screen.say(f"starting in {self.plan.home}; the logs are in {self.logs}")
        dsns = self._start_servers()
        kafka = self._kafka()
        await kafka.ensure_topics(TOPICS.values())
        for name in DATABASES:
            await self._migrate(name, dsns[name])
        self.supervisor = Supervisor(self.logs, self.screen.line, self._write_run)
        for name, command, settings in commands(self.plan, dsns, kafka):
            self.supervisor.add(name, command, settings)
        endless = self._play(playback, kafka, dsns), self._keep_servers(kafka), self._keep_children(self.supervisor)
        tasks = [asyncio.ensure_future(work) for work in endless]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _play(self, playback: Playback, kafka: Kafka, dsns: dict[str, str]) -> None:
        await playback.run(kafka, Stores(dsns))
        self.screen.finish()
        self.screen.say(f"ready {self.plan.url}")
        await asyncio.Event().wait()

    def _start_servers(self) -> dict[str, str]:
        """Returns the DSN of each service."""
        self.postgres = Postgres(self.plan.home / "postgres", self.plan.port_of("postgres"), self.logs / "postgres.log")
        self.postgres.start()
        if self.plan.kafka is None:
            self.broker = Tansu(self.logs / "broker.log", self.plan.port_of("broker"))
            self.broker.start()
        dsns = {name: self.postgres.create(name) for name in DATABASES}
        self.postgres.reader(BI_READER)
        return dsns

    def _kafka(self) -> Kafka:
        if self.broker is not None:
            return Kafka(self.broker.servers, self.broker.idempotent, self.broker.replication)
        idempotent = os.environ.get("STELLWERK_KAFKA_IDEMPOTENT", "true").lower() not in ("false", "0", "no")
        return Kafka(self.plan.kafka or "", idempotent, int(os.environ.get("STELLWERK_KAFKA_REPLICATION", "1")))

    async def _migrate(self, service: str, dsn: str) -> None:
        """What the service's role `migrate` does, without a process that takes two seconds to find nothing to do."""
        try:
            await upgrade(dsn, REPOSITORY / "services" / service / "migrations")
        except Exception as error:
            raise StartFailed(f"The database of {service} could not be migrated: {error}") from error

    async def _keep_servers(self, kafka: Kafka) -> None:
        """Start PostgreSQL and the broker again when they die: PostgreSQL has its data, the broker an empty log."""
        while True:
            for server in (self.postgres, self.broker):
                if server is not None and not server.alive:
                    self.screen.say(f"{server.name} died; starting it again")
                    self._starting = asyncio.ensure_future(asyncio.to_thread(server.start))
                    try:
                        await asyncio.shield(self._starting)
                    except KilledAtStart:
                        continue  # it is started again as after any other death
                    self._write_run()
                    if server is self.broker:
                        await kafka.ensure_topics(TOPICS.values())
            await asyncio.sleep(LOOK)

    @staticmethod
    async def _keep_children(supervisor: Supervisor) -> None:
        raise StartFailed(await supervisor.hopeless)

    async def _down(self) -> None:
        """Children first, then the broker, PostgreSQL last."""
        if self.supervisor is not None:
            await self.supervisor.stop()
        if self._starting is not None:
            await asyncio.wait([self._starting])
        for server in (self.broker, self.postgres):
            if server is not None:
                server.stop()
        (self.plan.home / "run.json").unlink(missing_ok=True)

    def _write_run(self) -> None:
        pids = dict(self.supervisor.pids) if self.supervisor is not None else {}
        for name, server in (("postgres", self.postgres), ("broker", self.broker)):
            if server is not None and server.alive:
                pids[name] = server.pid
        bi = self.postgres.dsn("insights", BI_READER) if self.postgres is not None else None
        home.write(self.plan.home / "run.json", {"url": self.plan.url, "pids": pids, "bi": bi})


def main(plan: Plan) -> None:
    """Check, hold the home, run."""
    plan.check_home()
    with home.held(plan.home):
        plan.check_ports()
        asyncio.run(Stack(plan).run())
