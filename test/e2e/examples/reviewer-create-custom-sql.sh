curl -X POST "http://localhost:8000/api/v1/scheduler/tasks" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "Daily Security Check",
    "task_type": "custom_sql",
    "connection_id": 1,
    "cron_schedule": "0 2 * * *",
    "task_params": {
      "custom_sql": "SELECT usename, count(*) FROM pg_stat_activity WHERE state = '\''active'\'' GROUP BY usename;",
      "analysis_target": "security"
    }
  }'
