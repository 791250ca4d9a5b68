curl -X POST http://localhost:8008/api/v1/schedules/bulk/operation \
  -H "Content-Type: application/json" \
  -H "X-Performed-By: admin" \
  -d '{
    "schedule_ids": ["uuid1", "uuid2", "uuid3"],
    "operation": "pause",
    "reason": "Maintenance window"
  }'
