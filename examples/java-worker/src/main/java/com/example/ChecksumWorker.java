package com.example;

import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import java.util.Map;

/** Serves {@link ChecksumActivities} on a task queue of its own. Nothing here knows Almanac. */
public final class ChecksumWorker {
  private ChecksumWorker() {}

  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    String address = environment.getOrDefault("TEMPORAL_ADDRESS", "127.0.0.1:7233");
    String namespace = environment.getOrDefault("TEMPORAL_NAMESPACE", "default");
    String queue = environment.getOrDefault("TASK_QUEUE", "java-worker");
    WorkflowServiceStubs service =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
    WorkflowClient client =
        WorkflowClient.newInstance(
            service, WorkflowClientOptions.newBuilder().setNamespace(namespace).build());
    WorkerFactory factory = WorkerFactory.newInstance(client);
    Worker worker = factory.newWorker(queue);
    worker.registerActivitiesImplementations(new ChecksumActivitiesImpl());
    Runtime.getRuntime().addShutdownHook(new Thread(factory::shutdown));
    factory.start();
    System.out.printf("serving \"checksum_text\" on \"%s\" of %s%n", queue, address);
  }
}
