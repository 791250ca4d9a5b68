import type { TaskType } from '../actions/review.ts';
import type { Language, Severity } from './finding.ts';
import type { Trend } from './report.ts';

/** The words around the findings of a document. */
interface Headings {
  readonly tasks: Readonly<Record<TaskType, string>>;
  readonly severities: Readonly<Record<Severity, string>>;
  readonly trends: Readonly<Record<Trend, string>>;
  readonly connection: string;
  readonly role: string;
  readonly at: string;
  readonly evidence: string;
  readonly recommendation: string;
  readonly nothing: string;
  readonly missing: string;
  readonly comparison: string;
  readonly fresh: string;
  readonly gone: string;
  readonly worse: string;
  readonly better: string;
  readonly rows: string;
  readonly truncated: string;
  readonly leftOut: string;
}

export const HEADINGS: Readonly<Record<Language, Headings>> = {
  ru: {
    tasks: {
      log_analysis: 'Анализ журналов',
      config_check: 'Проверка конфигурации',
      query_analysis: 'Анализ запросов',
      custom_sql: 'Запрос пользователя',
      table_analysis: 'Анализ таблиц',
    },
    severities: { critical: 'критично', warning: 'предупреждение', notice: 'замечание' },
    trends: { first: 'первый обзор', better: 'лучше', same: 'без изменений', worse: 'хуже' },
    connection: 'Подключение',
    role: 'Роль',
    at: 'Время',
    evidence: 'Что видно',
    recommendation: 'Рекомендация',
    nothing: 'Замечаний нет.',
    missing: 'Что не удалось посмотреть',
    comparison: 'Сравнение с прошлым обзором',
    fresh: 'Новое',
    gone: 'Исчезло',
    worse: 'Хуже',
    better: 'Лучше',
    rows: 'Строк',
    truncated: 'показаны не все строки',
    leftOut: 'Не показано замечаний',
  },
  en: {
    tasks: {
      log_analysis: 'Log analysis',
      config_check: 'Configuration check',
      query_analysis: 'Query analysis',
      custom_sql: 'Custom SQL',
      table_analysis: 'Table analysis',
    },
    severities: { critical: 'critical', warning: 'warning', notice: 'notice' },
    trends: { first: 'first review', better: 'better', same: 'unchanged', worse: 'worse' },
    connection: 'Connection',
    role: 'Role',
    at: 'Time',
    evidence: 'What is seen',
    recommendation: 'Recommendation',
    nothing: 'Nothing was found.',
    missing: 'What could not be looked at',
    comparison: 'Against the last review',
    fresh: 'New',
    gone: 'Gone',
    worse: 'Worse',
    better: 'Better',
    rows: 'Rows',
    truncated: 'not all rows are shown',
    leftOut: 'Findings left out',
  },
};
