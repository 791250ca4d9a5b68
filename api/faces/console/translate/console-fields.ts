import type { Job } from '../../../../domain/job.ts';
import { isPrimary } from '../../../verbs/refuse-protected.ts';
import { NO_INTERVAL, type IntervalParts } from './timing.ts';

/** What of a job only this face understands; it lies in the job's `extra`. The views read it there, too. */
export interface ConsoleFields {
  readonly taskFunctionId: number;
  readonly nameEn: string | null;
  readonly nameAr: string | null;
  readonly descriptionEn: string | null;
  readonly descriptionAr: string | null;
  readonly interval: IntervalParts;
  readonly isPrimary: boolean;
}

export function consoleFields({ extra }: Pick<Job, 'extra'>): ConsoleFields {
  const text = (name: string) => (typeof extra[name] === 'string' ? extra[name] : null);
  return {
    taskFunctionId: Number(extra['taskFunctionId']),
    nameEn: text('nameEn'),
    nameAr: text('nameAr'),
    descriptionEn: text('descriptionEn'),
    descriptionAr: text('descriptionAr'),
    interval: { ...NO_INTERVAL, ...(extra['interval'] as Partial<IntervalParts> | undefined) },
    isPrimary: isPrimary({ extra }),
  };
}
