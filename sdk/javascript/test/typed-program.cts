// Never run: the same package by `require`.
import sdk = require('task-scheduler-sdk');

const client = new sdk.TaskSchedulerClient({ baseUrl: 'https://api.example.com', apiKey: 'your_api_key' });
export const task: Promise<sdk.Task> = client.getTask('t-1');
