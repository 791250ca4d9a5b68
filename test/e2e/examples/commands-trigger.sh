curl -X POST http://localhost:8008/api/v1/schedules/{schedule_id}/trigger \
  -H "X-Triggered-By: admin"
