#!/bin/sh
# The image takes its database password from the environment only: read it from the secret at the last moment.
set -eu

POSTGRES_PWD="$(cat /run/secrets/temporal_db_password)"
export POSTGRES_PWD
exec /etc/temporal/entrypoint.sh
