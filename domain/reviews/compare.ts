import { SEVERITIES, type Finding } from './finding.ts';
import type { Comparison, Trend } from './report.ts';

/** A review before this one, the newest first in a list. */
export interface EarlierReview {
  readonly execution_id: string | number;
  readonly reviewed_at: string;
  readonly score: number | null;
  readonly findings: readonly Finding[];
}

/** A measure that moved by less counts as the same: sizes and ages always move a little. */
const NOTABLE = 0.2;

/** What changed since the last review. `limit` bounds each list. */
export function compare(
  findings: readonly Finding[],
  score: number | null,
  earlier: readonly EarlierReview[],
  limit: number,
): Comparison {
  const history = earlier.map(({ reviewed_at, score: then }) => ({ reviewed_at, score: then }));
  const last = earlier[0];
  if (last === undefined) {
    return { previous: null, trend: 'first', new: [], gone: [], worse: [], better: [], history };
  }
  const before = new Map(last.findings.map((finding) => [keyOf(finding), finding]));
  const now = new Map(findings.map((finding) => [keyOf(finding), finding]));
  const both = [...now].flatMap(([key, finding]) => {
    const then = before.get(key);
    return then === undefined ? [] : [{ key, moved: moved(then, finding) }];
  });
  const bounded = (keys: string[]) => keys.slice(0, limit);
  return {
    previous: { execution_id: last.execution_id, reviewed_at: last.reviewed_at, score: last.score },
    trend: trendOf(last.score, score),
    new: bounded([...now.keys()].filter((key) => !before.has(key))),
    gone: bounded([...before.keys()].filter((key) => !now.has(key))),
    worse: bounded(both.filter(({ moved: by }) => by > 0).map(({ key }) => key)),
    better: bounded(both.filter(({ moved: by }) => by < 0).map(({ key }) => key)),
    history,
  };
}

function keyOf({ code, object }: Pick<Finding, 'code' | 'object'>): string {
  return object === null ? code : `${code}:${object}`;
}

/** Above 0: worse. A graver severity decides; else a measure that moved notably. */
function moved(then: Finding, now: Finding): number {
  const graver = SEVERITIES.indexOf(then.severity) - SEVERITIES.indexOf(now.severity);
  if (graver !== 0 || then.measure === null || now.measure === null) return graver;
  const by = now.measure - then.measure;
  return Math.abs(by) > Math.abs(then.measure) * NOTABLE ? by : 0;
}

function trendOf(then: number | null, now: number | null): Trend {
  if (then === null || now === null || then === now) return 'same';
  return now > then ? 'better' : 'worse';
}
