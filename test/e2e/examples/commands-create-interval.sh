curl -X POST http://localhost:8008/api/v1/schedules \
  -H "Content-Type: application/json" \
  -H "X-Created-By: analytics-service" \
  -d '{
    "name": "hourly_metrics_collection",
    "schedule_type": "interval",
    "interval_seconds": 3600,
    "target_command": "cmd.analytics.collect.metrics",
    "command_payload": {
      "metrics": ["sales", "traffic", "conversions"]
    },
    "max_retries": 5
  }'
