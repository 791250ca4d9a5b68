package com.example;

/** Answers as the document prints them. */
final class Samples {
  static final String TASK = """
      {
        "task_id": "550e8400-e29b-41d4-a716-446655440000",
        "task_name": "daily_report_generation",
        "task_type": "cron",
        "schedule_expression": "0 0 * * *",
        "timezone": "America/New_York",
        "next_execution_time": "2024-01-09T05:00:00Z",
        "last_execution_time": "2024-01-08T05:00:00Z",
        "status": "scheduled",
        "enabled": true,
        "payload": {"reportType": "daily", "nested_key": {"Inner-Key": 1}},
        "timeout_seconds": 300,
        "max_retries": 3,
        "retry_count": 0,
        "priority": "high",
        "tags": {"Team-Name": "a_b"},
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2024-01-08T10:00:00.25Z",
        "of_a_newer_service": 7
      }""";

  static final String EXECUTION = """
      {
        "execution_id": "e-1",
        "task_id": "t-1",
        "worker_id": "worker-1",
        "started_at": "2024-01-08T05:00:00Z",
        "completed_at": "2024-01-08T05:05:30Z",
        "duration_ms": 330000,
        "status": "success",
        "result": {"recordsProcessed": 10000, "output_file": "s3://bucket/report.pdf"},
        "retry_number": 0,
        "is_retry": false
      }""";

  static final String TRIGGERED = """
      {"task_id": "t-1", "execution_id": "e-1", "status": "queued", "queued_at": "2024-01-08T10:00:00Z"}""";

  private Samples() {}

  static String execution(String status) {
    return EXECUTION.replace("\"success\"", "\"" + status + "\"");
  }
}
