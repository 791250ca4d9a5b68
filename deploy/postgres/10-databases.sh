#!/bin/bash
# Runs once, on an empty volume: one cluster, each owner in its own databases, no one in another's.
set -euo pipefail

secret() { cat "/run/secrets/$1"; }

psql --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set almanac="$(secret almanac_db_password)" --set temporal="$(secret temporal_db_password)" << 'SQL'
create role almanac login password :'almanac';
create role temporal login password :'temporal';
create database almanac owner almanac;
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database almanac, temporal, temporal_visibility from public;

-- The reviews read statistics, and hand that right on to the read-only role that they connect with.
grant pg_monitor to almanac with admin option;
\connect almanac
create extension pg_stat_statements;
SQL
