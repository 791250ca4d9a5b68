import type { AnalysisTarget } from '../../../../domain/actions/review.ts';
import type { Found, Severity, Words } from '../../../../domain/reviews/finding.ts';
import type { Check } from '../check.ts';
import { is, settingFinding } from './setting-finding.ts';
import { readSettings, type Settings } from './settings.ts';

/** One parameter that is judged by its value alone. */
export interface Rule {
  readonly name: string;
  readonly severity: Severity;
  /** Given the parameter as text and all the others: whether it is wrong. */
  isWrong(value: string, settings: Settings): boolean;
  readonly title: Words;
  readonly advice: Words;
  readonly wanted?: string;
  readonly needsRestart?: boolean;
}

/** A check made of rules; a parameter that the server does not know or show is left out. */
export function checkOf(name: string, targets: readonly AnalysisTarget[], rules: readonly Rule[]): Check {
  return {
    name,
    targets,
    async run(scope) {
      const settings = await readSettings(scope);
      return { found: rules.flatMap((rule) => judge(rule, settings)) };
    },
  };
}

function judge(rule: Rule, settings: Settings): Found[] {
  const value = settings.text(rule.name);
  if (value === null || !rule.isWrong(value, settings)) return [];
  const { name, severity, title, advice, wanted, needsRestart } = rule;
  return [
    settingFinding({
      code: `setting_${name}`,
      severity,
      name,
      settings,
      title,
      evidence: is(name, value === '' ? "''" : value),
      advice,
      ...(wanted !== undefined && { wanted }),
      ...(needsRestart !== undefined && { needsRestart }),
    }),
  ];
}
