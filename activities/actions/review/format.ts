import type { Language, Words } from '../../../domain/reviews/finding.ts';

const UNITS: Readonly<Record<Language, readonly string[]>> = {
  ru: ['Б', 'КБ', 'МБ', 'ГБ', 'ТБ'],
  en: ['B', 'kB', 'MB', 'GB', 'TB'],
};

/** Bytes for people, in either language. */
export function size(bytes: number): Words {
  const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** power;
  const text = value >= 100 || power === 0 ? String(Math.round(value)) : value.toFixed(1);
  return { ru: `${inRussian(text)} ${UNITS.ru[power] ?? ''}`, en: `${text} ${UNITS.en[power] ?? ''}` };
}

export function percent(share: number): Words {
  const text = (share * 100).toFixed(share < 0.1 ? 1 : 0);
  return { ru: `${inRussian(text)} %`, en: `${text} %` };
}

/** Milliseconds for people. */
export function duration(ms: number): Words {
  const text = (ms < 1000 ? ms : ms / 1000).toFixed(1);
  return ms < 1000
    ? { ru: `${inRussian(text)} мс`, en: `${text} ms` }
    : { ru: `${inRussian(text)} с`, en: `${text} s` };
}

/** Its decimal sign is a comma. */
function inRussian(number: string): string {
  return number.replace('.', ',');
}

/** A statement in one line, cut. */
export function brief(statement: string, most = 300): string {
  const line = statement.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most)}…`;
}
