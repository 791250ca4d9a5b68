curl -X POST http://localhost:8008/api/v1/schedules \
  -H "Content-Type: application/json" \
  -H "X-Created-By: notification-service" \
  -d '{
    "name": "daily_summary_emails",
    "description": "Send daily summary emails at 9 AM",
    "schedule_type": "cron",
    "cron_expression": "0 9 * * *",
    "timezone": "America/New_York",
    "target_command": "cmd.notification.send.bulk",
    "command_payload": {
      "notification_type": "daily_summary",
      "recipient_filter": "active_users"
    },
    "tags": ["email", "daily", "summary"],
    "priority": 7
  }'
