#!/bin/sh
# A database and a role for each service; runs once, when PostgreSQL's volume is empty.
set -eu
for name in accounts crm growth insights notifications qbr risk; do
    psql -v ON_ERROR_STOP=1 -U postgres -v name="$name" -v password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
