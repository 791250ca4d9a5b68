#!/bin/sh
# Makes the namespace where it is absent. The search attributes are the service's own affair: it adds them when it starts.
set -eu

attempt=1
until temporal operator cluster health; do
  if [ "$attempt" -ge 60 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS is not healthy after $attempt tries" >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 2
done

if temporal operator namespace describe --namespace "$NAMESPACE" > /dev/null 2>&1; then
  echo "namespace $NAMESPACE is there"
else
  temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
fi
