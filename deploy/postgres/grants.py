"""What a service's running processes may do in its database; the Job of the migrations runs it last, as the owner.

    python -m deploy.postgres.grants <role>

STELLWERK_DATABASE is the DSN of the owner. The role may read and add to the log and to the results of commands and may
not change either; in every other table it may change rows; it may make and drop nothing. Nobody else may connect.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import psycopg
from psycopg import sql

from shared.settings import ServiceSettings

LOG = ("events", "commands")
"""Tables that are only added to."""
READ_ONLY = ("alembic_version",)
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"


def grant(dsn: str, role: str) -> None:
    """Give `role` its rights and take every other. Can be repeated. Raises psycopg.Error; then nothing has changed."""
    with psycopg.connect(dsn) as conn:
        owner, database = conn.info.user, conn.info.dbname
        names = {"role": sql.Identifier(role), "db": sql.Identifier(database), "owner": sql.Identifier(owner)}

        def run(statement: str, **more: sql.Composable) -> None:
            conn.execute(sql.SQL(statement).format(**names, **more))

        run("REVOKE ALL ON DATABASE {db} FROM PUBLIC")
        run("GRANT CONNECT, TEMPORARY ON DATABASE {db} TO {role}")
        for (schema,) in conn.execute(_SCHEMAS).fetchall():
            there = sql.Identifier(schema)
            run("REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}, PUBLIC", schema=there)
            if schema != "public":  # whose owner is the database's; its use is everybody's, its change is not
                run("GRANT USAGE ON SCHEMA {schema} TO {role}", schema=there)
            run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}", schema=there)
            run("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}", schema=there)
        for table in LOG:
            run("REVOKE UPDATE, DELETE ON {table} FROM {role}", table=sql.Identifier("public", table))
        for table in READ_ONLY:
            run("REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}", table=sql.Identifier("public", table))
        # the exporter of metrics asks how old the oldest event is that was not sent: when, and nothing of what
        run("GRANT SELECT (position, recorded_at) ON {table} TO pg_monitor", table=sql.Identifier("public", "events"))
        run("GRANT SELECT ON {table} TO pg_monitor", table=sql.Identifier("public", "positions"))
        # a rebuild, which the owner runs, makes new tables in the place of the old ones
        run("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}")
        run("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {role}")


def main(arguments: Sequence[str]) -> int:
    """The command; returns its exit code."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    grant(ServiceSettings().database, arguments[0])
    print(f"{arguments[0]} has its rights")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
