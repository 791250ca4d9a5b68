import cronstrue from 'cronstrue/i18n.js';
import type { Schedule } from './index.ts';

/** A cron schedule in Russian words; any other, and what has no words there, as it is told in English. */
export function scheduleInRussian(schedule: Schedule, inEnglish: string): string {
  if (schedule.kind !== 'cron') return inEnglish;
  const { expression, timezone } = schedule;
  return `${inWords(expression)} (${timezone})`;
}

/** cronstrue has no words for a W in a list. */
function inWords(expression: string): string {
  try {
    const words = cronstrue.toString(expression, { locale: 'ru', use24HourTimeFormat: true });
    return words.charAt(0).toLowerCase() + words.slice(1);
  } catch {
    return `cron ${expression}`;
  }
}
