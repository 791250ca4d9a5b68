import { priorityKey } from './policy.ts';
import type { RunSpec } from './run.ts';

/**
 * How a run appears in Temporal, whoever starts it: its id, priority, search attributes, and the lines that the Web UI
 * shows. Plain data. No secrets: no codec encodes any of it (ENGINE.md section 8).
 */
export function runOptionsOf(spec: RunSpec) {
  const { job, trigger, executionId, actionInWords = spec.action.type } = spec;
  return {
    workflowId: spec.workflowId,
    args: [spec] as [RunSpec],
    priority: { priorityKey: priorityKey(spec.policy.priority), fairnessKey: job.face },
    staticSummary: `${actionInWords} · ${job.name}`.slice(0, 200),
    staticDetails: [
      `| | |`,
      `|---|---|`,
      `| job | ${cell(job.name)} (\`${job.id}\`, ${job.face} ${job.number}, revision ${job.revision}) |`,
      `| execution | \`${executionId}\` |`,
      `| nominal time | ${new Date(spec.dueAt).toISOString()} |`,
      `| trigger | ${trigger} |`,
      `| action | ${cell(actionInWords)} |`,
      `| timeout, retries | ${spec.policy.timeoutSeconds} s, ${spec.policy.maxRetries} |`,
    ].join('\n'),
    memo: { executionId, jobName: job.name },
    searchAttributes: {
      JobId: [job.id],
      JobType: [job.kind],
      Face: [job.face],
      Trigger: [trigger],
      ExecutionId: [executionId],
      ...(job.tags.length > 0 && { Tags: [...job.tags] }),
    },
  };
}

/** Text within a cell of a Markdown table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 300);
}
