"""A worker that serves the activity "describe_numbers" on a task queue of its own.

Almanac runs it by name: {"type": "function", "function": "describe_numbers", "task_queue": "python-worker",
"payload": {"numbers": [1, 2, 3]}}. Nothing here knows Almanac: it is a plain Temporal worker.
"""

import asyncio
import os
import signal
import statistics

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker


@activity.defn(name="describe_numbers")
async def describe_numbers(payload: dict) -> dict:
    """Mean, median and deviation of `numbers`; with `seconds` it takes that long, to see it cancelled."""
    numbers = payload.get("numbers")
    if not isinstance(numbers, list) or not all(isinstance(n, (int, float)) for n in numbers) or len(numbers) < 2:
        # What can't get better is not tried again.
        raise ApplicationError('give "numbers": at least two of them', type="BadInput", non_retryable=True)
    info = activity.info()
    activity.logger.info("Describing %d numbers for %s", len(numbers), info.workflow_id)
    # Beats keep the attempt alive, and bring a cancellation: it is raised here as asyncio.CancelledError.
    for _ in range(int(payload.get("seconds", 0) * 10)):
        activity.heartbeat()
        await asyncio.sleep(0.1)
    return {
        "summary": f"Described {len(numbers)} numbers",
        "count": len(numbers),
        "mean": statistics.fmean(numbers),
        "median": statistics.median(numbers),
        "deviation": statistics.stdev(numbers),
    }


async def main() -> None:
    address = os.environ.get("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    namespace = os.environ.get("TEMPORAL_NAMESPACE", "default")
    queue = os.environ.get("TASK_QUEUE", "python-worker")
    client = await Client.connect(address, namespace=namespace)
    stop = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with Worker(client, task_queue=queue, activities=[describe_numbers]):
        print(f'serving "describe_numbers" on "{queue}" of {address}', flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
