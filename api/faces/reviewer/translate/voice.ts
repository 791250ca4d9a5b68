import type { ClockEffect } from '../../../../domain/clock-changes.ts';
import { scheduleInRussian } from '../../../../domain/schedules/cron-in-russian.ts';
import { neverRan, type WhyVerdict } from '../../../../domain/why.ts';
import type { Voice } from '../../../http/foresight/shapes.ts';
import type { Why } from '../../../verbs/why.ts';
import { plainTime } from './plain-time.ts';
import { REASONS } from './reason-words.ts';
import { statusOf, type ExecutionStatus } from './states.ts';

const CLOCK_NOTES: Readonly<Record<ClockEffect, string>> = {
  moved: 'Такого времени в этот день нет: часы переводят вперёд; запуск сдвинут на первое время после перевода',
  merged: 'Часы переводят вперёд: несколько времён запуска исчезают, вместо них один запуск после перевода',
  skipped: 'Перед этим запуском часы переводят вперёд: исчезнувшие времена пропущены',
  first_of_two: 'Часы переводят назад, и это время бывает дважды: запуск только в первый раз',
  repeated: 'Часы переводят назад, и это время бывает дважды: это второй раз, запуск и в первый, и во второй',
};

const STATUSES: Readonly<Record<ExecutionStatus, string>> = {
  queued: 'ждёт своей очереди',
  running: 'выполняется',
  completed: 'выполнен успешно',
  failed: 'завершился с ошибкой',
  cancelled: 'отменён',
  skipped: 'пропущен',
  missed: 'упущен',
};

const EXPLANATIONS: Readonly<Record<WhyVerdict, (found: Why) => string>> = {
  executed: ({ executions }) => {
    const ran = executions.find((execution) => !neverRan(execution));
    if (ran === undefined) return 'Запуск состоялся.';
    const late = ran.trigger === 'backfill' ? ', задним числом' : '';
    const why = ran.reason === null ? '' : `. ${REASONS[ran.reason]}`;
    return `Запуск состоялся${late}: ${STATUSES[statusOf(ran.state)]}${why}.`;
  },
  under_way: () => 'Запуск выполняется или ждёт своей очереди.',
  did_not_run: (found) => `${reasonOf(found)}.`,
  will_fire: ({ job }) => `Задача «${job.name}» будет запущена, если ничего не изменится.`,
  will_be_skipped: (found) => `Запуска не будет. ${reasonOf(found)}.`,
  being_claimed: () =>
    'Время запуска наступило, задачу сейчас берут в работу; если не сможет никто, запуск будет отмечен как упущенный.',
  not_due: ({ revision, nextAt }) => {
    const schedule = revision === null ? 'расписания нет' : scheduleInRussian(revision.spec.schedule, '');
    const next = nextAt === null ? '' : ` Следующий запуск после этого: ${plainTime(nextAt)}.`;
    return `В это время запуска по расписанию нет: ${schedule}.${next}`;
  },
  disabled: (found) => `Задача была отключена${since(found)}.`,
  paused: (found) => `Задача была приостановлена${since(found)}.`,
  not_yet_made: ({ job }) => `Задачи ещё не было: она создана ${plainTime(job.createdAt)}.`,
  no_record: () => 'Это было время запуска, но запись о нём уже не хранится (RETENTION_DAYS).',
};

function reasonOf({ executions }: Why): string {
  const reason = executions[0]?.reason ?? null;
  return reason === null ? 'Запуск не состоялся' : REASONS[reason];
}

function since({ revision, change }: Why): string {
  if (revision === null) return '';
  const reason = change?.reason == null ? '' : `: ${change.reason}`;
  return ` (${change?.actor ?? revision.by}, ${plainTime(revision.at)}${reason})`;
}

/** Integers, times without a zone, Russian. */
export const VOICE: Voice<ExecutionStatus, number> = {
  statusOf,
  idOf: ({ id, number }) => {
    if (number === null) throw new Error(`Execution ${id} has no number of its face`);
    return number;
  },
  time: plainTime,
  schedule: scheduleInRussian,
  clockNote: ({ effect }) => CLOCK_NOTES[effect],
  reason: (reason) => REASONS[reason],
  explain: (found) => EXPLANATIONS[found.verdict](found),
};
