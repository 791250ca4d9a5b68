export { TaskSchedulerClient } from './task-scheduler-client.js';
export { Page } from './page.js';
export { DependencyType, ExecutionStatus, Priority, TaskStatus, TaskType, hasEnded } from './words.js';
export {
  APIConnectionError,
  APIError,
  APITimeoutError,
  AuthenticationError,
  ConflictError,
  InvalidRequestError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
  ServiceUnavailableError,
  TaskSchedulerError,
  UnexpectedAnswerError,
  WaitTimeoutError,
} from './errors.js';
