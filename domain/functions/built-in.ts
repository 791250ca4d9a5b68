import { z } from 'zod';
import { file, type ReportAction, type RotateAction } from '../actions/file.ts';
import { system, type SystemAction, type SystemOperation } from '../actions/system.ts';
import { DomainError, invalid, type Fault } from '../errors.ts';
import type { Json } from '../json.ts';
import { parseWith } from '../parse.ts';
import type { FunctionMetadata } from './function-metadata.ts';

/** A function that the product brings (DECISIONS section 5). What it does stands in `activities/actions/function/`. */
export interface BuiltIn<P> extends FunctionMetadata {
  /** Checks a payload; throws INVALID_ACTION naming every faulty field. */
  parse(payload: Json): P;
  /** System operations are for admins, under whatever name (DECISIONS section 2). */
  readonly needsAdmin: boolean;
  resources(payload: P): readonly string[];
}

const cleanup = z.strictObject({
  retention_days: z
    .int('must be whole days')
    .min(1, 'must be at least 1')
    .max(36_500, 'may be at most 36500')
    .default(30),
});

/** THE LIST of built-in functions. */
export const BUILT_INS = {
  health_check: {
    key: 'health_check',
    nameEn: 'Health check',
    nameAr: 'فحص السلامة',
    descriptionEn:
      'Looks at the database, Temporal, the brokers, disk, memory and network, and fails when one is in trouble.',
    descriptionAr: 'يفحص قاعدة البيانات وTemporal والوسطاء والقرص والذاكرة والشبكة، ويفشل عند وجود خلل في أحدها.',
    ...operation('health_check'),
  },
  backup: {
    key: 'backup',
    nameEn: 'Backup',
    nameAr: 'نسخ احتياطي',
    descriptionEn: 'Writes a consistent dump of the whole database with its checksum, and keeps the newest.',
    descriptionAr: 'يكتب نسخة متسقة من قاعدة البيانات كاملة مع مجموعها الاختباري، ويحتفظ بأحدث النسخ.',
    ...operation('backup'),
  },
  cleanup_history: {
    key: 'cleanup_history',
    nameEn: 'Clean up old history',
    nameAr: 'تنظيف السجل القديم',
    descriptionEn: 'Deletes ended executions older than retention_days (30). Statistics stay.',
    descriptionAr: 'يحذف عمليات التنفيذ المنتهية الأقدم من retention_days (30 يومًا). تبقى الإحصاءات.',
    parse: (payload: Json) => parseWith(cleanup, payload, 'INVALID_ACTION'),
    needsAdmin: true,
    resources: () => [],
  },
  generate_report: {
    key: 'generate_report',
    nameEn: 'Generate report',
    nameAr: 'إنشاء تقرير',
    descriptionEn: 'Writes a report of executions as HTML with plots, CSV or JSON into the sandbox.',
    descriptionAr: 'يكتب تقريرًا عن عمليات التنفيذ بصيغة HTML مع رسوم بيانية أو CSV أو JSON داخل المجلد الآمن.',
    ...ofFile<ReportAction>('generate_report'),
  },
  rotate_files: {
    key: 'rotate_files',
    nameEn: 'Rotate files',
    nameAr: 'تدوير الملفات',
    descriptionEn: 'Rotates the files of the sandbox that fit a pattern, and keeps the newest copies.',
    descriptionAr: 'يدوّر ملفات المجلد الآمن المطابقة لنمط معيّن، ويحتفظ بأحدث النسخ.',
    ...ofFile<RotateAction>('rotate'),
  },
} as const satisfies Readonly<Record<string, BuiltIn<unknown>>>;

export type BuiltInKey = keyof typeof BUILT_INS;
export type BuiltInPayload<K extends BuiltInKey> = ReturnType<(typeof BUILT_INS)[K]['parse']>;

export const BUILT_IN_KEYS = Object.keys(BUILT_INS) as BuiltInKey[];

/** The built-in function of a key, or null. */
export function builtIn(key: string): BuiltIn<unknown> | null {
  return Object.hasOwn(BUILT_INS, key) ? BUILT_INS[key as BuiltInKey] : null;
}

function operation<O extends SystemOperation>(name: O) {
  type Done = Extract<SystemAction, { readonly operation: O }>;
  return {
    parse: (payload: Json) =>
      inPayload(() => system.parse({ type: 'system', operation: name, parameters: payload }) as Done),
    needsAdmin: true,
    resources: (action: Done) => system.resources(action),
  };
}

function ofFile<A extends ReportAction | RotateAction>(name: A['operation']) {
  return {
    parse(payload: Json) {
      const fields = payload !== null && typeof payload === 'object' ? payload : { payload };
      return inPayload(() => file.parse({ ...fields, type: 'file', operation: name }) as A);
    },
    needsAdmin: false,
    resources: (action: A) => file.resources(action),
  };
}

/** What the action calls `parameters.keep` is the payload's `keep`. */
function inPayload<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const faults = (error.details['faults'] as readonly Fault[] | undefined) ?? [{ path: '', message: error.message }];
    throw invalid(
      error.code,
      faults.map(({ path, message }) => ({ path: path.replace(/^parameters\.?/, ''), message })),
    );
  }
}
