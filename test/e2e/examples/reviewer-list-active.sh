curl "http://localhost:8000/api/v1/scheduler/tasks?is_active=true"
