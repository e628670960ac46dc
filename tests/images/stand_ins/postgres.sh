#!/bin/bash
# As docker.io/library/postgres: an empty volume gets a database with POSTGRES_PASSWORD and what the scripts make.
set -euo pipefail
if [ "$(id -u)" -eq 0 ]; then
    mkdir -p "$PGDATA" && chown -R postgres /var/lib/postgresql && chmod 700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb --encoding=UTF8 --locale=C.UTF-8 --username=postgres --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --auth-local=trust --auth-host=scram-sha-256 >/dev/null
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    pg_ctl -w -s -o "-c listen_addresses=''" start # a socket only: nobody waits for this one
    for script in /docker-entrypoint-initdb.d/*.sh; do
        echo "running $script"
        "$script"
    done
    pg_ctl -w -s -m fast stop
fi
exec "$@" -c listen_addresses='*'
