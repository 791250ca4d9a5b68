"""APScheduler 3 with its jobs in Postgres: how late are many jobs that fall due in one second, again and again?

Prints one JSON line for each instant: {"due": ms, "late": [ms, ...]}.
"""

import argparse
import json
import logging
import threading
import time

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

fired = {}
lock = threading.Lock()
every_ms = 1000


def act():
    """The action: does nothing but say when it began."""
    now = time.time() * 1000
    due = int(now // every_ms * every_ms)
    with lock:
        fired.setdefault(due, []).append(now - due)


def main():
    global every_ms
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--every", type=int, required=True, help="seconds; divides a minute")
    parser.add_argument("--instants", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    given = parser.parse_args()
    every_ms = given.every * 1000

    logging.basicConfig(level=logging.ERROR)
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(url=given.url)},
        executors={"default": ThreadPoolExecutor(given.threads)},
        job_defaults={"misfire_grace_time": 60, "coalesce": True, "max_instances": 1},
        timezone="UTC",
    )
    scheduler.start(paused=True)
    for number in range(given.jobs):
        scheduler.add_job(act, "cron", second=f"*/{given.every}", id=str(number))
    scheduler.resume()

    # The first instant may have passed while the jobs were made, and warms what has to be warm.
    first = (int(time.time()) // given.every + 2) * given.every
    for instant in range(first, first + given.instants * given.every, given.every):
        time.sleep(max(0, instant + given.every - 0.5 - time.time()))
        with lock:
            print(json.dumps({"due": instant * 1000, "late": fired.pop(instant * 1000, [])}), flush=True)
    scheduler.shutdown(wait=False)


if __name__ == "__main__":
    main()
