import { relative } from 'node:path';
import type { Report } from './report.ts';

export interface Greeting {
  apiUrl: string;
  temporalUiUrl: string | undefined;
  /** The embedded server's; it may still be on its way. */
  natsUrl: string | undefined;
  tokenFile: string;
  tookMs: number;
}

/** The last lines of a start: where everything is, and one command to try. */
export function greet(
  report: Report,
  { apiUrl, temporalUiUrl, natsUrl, tokenFile, tookMs }: Greeting,
  cwd: string,
): void {
  const token = relative(cwd, tokenFile).startsWith('..') ? tokenFile : relative(cwd, tokenFile);
  const attempt = `curl -H "Authorization: Bearer $(cat ${token})" ${apiUrl}/api/v1/scheduler/jobs`;
  const lines = [
    `  API            ${apiUrl}`,
    `  API reference  ${apiUrl}/docs`,
    ...(temporalUiUrl === undefined ? [] : [`  Temporal UI    ${temporalUiUrl}`]),
    ...(natsUrl === undefined
      ? []
      : [`  NATS           ${natsUrl} (commands go out on cmd.>, events on evt.scheduler.>)`]),
    `  Token          ${token} (super_admin on this machine): send it as "Authorization: Bearer <token>"`,
    `  Try            ${attempt}`,
    '  Ctrl-C stops everything; what was set to happen is kept for the next start.',
  ];
  const fields = {
    api: apiUrl,
    apiReference: `${apiUrl}/docs`,
    temporalUi: temporalUiUrl,
    nats: natsUrl,
    token: tokenFile,
    try: attempt,
  };
  report.block(`Almanac is ready after ${(tookMs / 1000).toFixed(1)} s`, ['', ...lines, ''], {
    ...fields,
    tookMs: Math.round(tookMs),
  });
}
