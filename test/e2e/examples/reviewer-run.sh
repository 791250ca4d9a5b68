curl -X POST "http://localhost:8000/api/v1/scheduler/tasks/1/run"
