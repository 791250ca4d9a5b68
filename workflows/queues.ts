export { QUEUES } from '../domain/task-queues.ts';
