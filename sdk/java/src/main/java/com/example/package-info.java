/**
 * Client of the Distributed Task Scheduler API: {@link com.example.TaskSchedulerClient}, and
 * {@link com.example.AsyncTaskSchedulerClient} its asynchronous twin.
 *
 * <p>Answers are immutable and safe to share between threads. A getter of an answer gives null where the service said
 * nothing of it. Everything that goes wrong is a {@link com.example.TaskSchedulerException}, except for wrong arguments
 * (IllegalArgumentException).
 */
package com.example;
