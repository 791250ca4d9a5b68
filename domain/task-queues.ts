/** Three task queues, so that no kind of work starves another (DESIGN section 3.4). */
export const QUEUES = { control: 'control', clocks: 'clocks', actions: 'actions' } as const;

/** A sentence about the name of a task queue that a remote worker serves, or null. */
export function remoteQueueFault(name: string): string | null {
  const own: readonly string[] = Object.values(QUEUES);
  // Whoever could reach these could run the engine's own activities with an argument of his choice.
  if (own.includes(name)) return `"${name}" is a queue of the scheduler itself: name the queue of your own worker`;
  return /^(\/|temporal)/i.test(name) ? `"${name}" belongs to Temporal: name the queue of your own worker` : null;
}
