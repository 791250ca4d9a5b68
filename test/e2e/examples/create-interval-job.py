import requests

# Create an interval job
job_config = {
    "name": "Temperature Poll",
    "type": "interval",
    "enabled": True,
    "schedule": {
        "interval_seconds": 30
    },
    "action": {
        "type": "publish",
        "topic": "sensors/temperature",
        "payload": "{\"temp\": ${TEMP}}"
    },
    "tags": ["sensors", "polling"]
}

response = requests.post(
    "https://univa-gateway/api/v1/scheduler/jobs",
    json=job_config,
    headers={"Authorization": "Bearer your_token"}
)

if response.status_code == 201:
    result = response.json()
    print(f"Job created: {result['job_id']}")
