#!/bin/sh
# Brings both of Temporal's databases up to the schema of this image. Repeatable: what is there is kept.
set -eu

SQL_PASSWORD="$(cat /run/secrets/temporal_db_password)"
export SQL_PASSWORD

for pair in temporal:temporal temporal_visibility:visibility; do
  database="${pair%%:*}"
  folder="${pair##*:}"
  echo "schema of $database"
  set -- temporal-sql-tool --plugin "$DB" --ep "$POSTGRES_SEEDS" -p "$DB_PORT" -u "$POSTGRES_USER" --db "$database"
  "$@" setup-schema -v 0.0
  "$@" update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
done
