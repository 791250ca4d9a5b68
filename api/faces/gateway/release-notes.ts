/** gateway.txt, Support and Release Notes: what the reference says of the document that this face follows. */
const SUPPORT = {
  email: 'scheduler-support@univagateway.com',
  documentation: 'https://docs.univagateway.com/api/scheduler',
  status: 'https://status.univagateway.com/scheduler',
} as const;

export const RELEASE = {
  version: 'v1.0.0 (2025-03-12)',
  notes: [
    'Initial release of Scheduler & Automation API',
    'Support for interval, daily, weekly, cron schedules',
    'Multiple action types (publish, log, output, system, file, rule)',
    'Real-time WebSocket monitoring',
    'Conflict detection and resource management',
    'Bulk import/export functionality',
    'Performance metrics and analytics',
  ],
} as const;

/** As Markdown, for the reference page. */
export function supportAndReleases(): string {
  const { email, documentation, status } = SUPPORT;
  const support = `**Support of the documented API**: ${email} · ${documentation} · ${status}`;
  return `${support}\n\n**${RELEASE.version}**\n\n${RELEASE.notes.map((note) => `- ${note}`).join('\n')}`;
}
