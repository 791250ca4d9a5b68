# Export jobs to backup file
export_response = requests.post(
    "https://univa-gateway/api/v1/scheduler/jobs/export",
    json={"format": "json", "include_statistics": True},
    headers={"Authorization": "Bearer your_token"}
)

# Save backup
with open("jobs_backup.json", "w") as f:
    f.write(export_response.text)

# Import jobs
with open("jobs_backup.json", "rb") as f:
    import_response = requests.post(
        "https://univa-gateway/api/v1/scheduler/jobs/import",
        files={"configFile": ("jobs.json", f, "application/json")},
        data={"strategy": "replace", "dry_run": False},
        headers={"Authorization": "Bearer your_token"}
    )

result = import_response.json()
print(f"Imported {result['imported']} jobs, skipped {result['skipped']}")
