import { SEVERITIES, type Finding, type Language, type Severity } from './finding.ts';

/** What a finding takes from 100. */
const WEIGHT: Readonly<Record<Severity, number>> = { critical: 20, warning: 5, notice: 1 };
/** However many there are, findings of one severity take no more than this. */
const MOST: Readonly<Record<Severity, number>> = { critical: 100, warning: 50, notice: 15 };

export function countsOf(findings: readonly Pick<Finding, 'severity'>[]): Record<Severity, number> {
  const counts = { critical: 0, warning: 0, notice: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}

/** 0 to 100; 100 where nothing was found. */
export function scoreOf(counts: Readonly<Record<Severity, number>>): number {
  const lost = SEVERITIES.map((severity) => Math.min(MOST[severity], counts[severity] * WEIGHT[severity]));
  return Math.max(0, 100 - lost.reduce((sum, each) => sum + each, 0));
}

/** The gravest first, then the largest measure, then by name, so that a report reads the same each time. */
export function byGravity<F extends Pick<Finding, 'severity' | 'measure' | 'code' | 'object'>>(
  findings: readonly F[],
): F[] {
  const rank = (finding: F) => SEVERITIES.indexOf(finding.severity);
  const name = (finding: F) => `${finding.code}:${finding.object ?? ''}`;
  return [...findings].sort(
    (a, b) => rank(a) - rank(b) || (b.measure ?? 0) - (a.measure ?? 0) || (name(a) < name(b) ? -1 : 1),
  );
}

export function summaryOf(language: Language, score: number, counts: Readonly<Record<Severity, number>>): string {
  const { critical, warning, notice } = counts;
  if (critical + warning + notice === 0) {
    return language === 'ru' ? 'Замечаний нет, оценка 100 из 100.' : 'Nothing found, score 100 of 100.';
  }
  return language === 'ru'
    ? `Оценка ${score} из 100: критических ${critical}, предупреждений ${warning}, замечаний ${notice}.`
    : `Score ${score} of 100: ${critical} critical, ${warning} warnings, ${notice} notices.`;
}

export function rowsSummary(language: Language, count: number, truncated: boolean): string {
  const more = truncated ? { ru: ', есть ещё', en: ', and there are more' } : { ru: '', en: '' };
  return language === 'ru' ? `Строк: ${count}${more.ru}.` : `${count} rows${more.en}.`;
}
