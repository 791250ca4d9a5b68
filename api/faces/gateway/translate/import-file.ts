import { parse as parseYaml } from 'yaml';
import { DomainError, invalid, type Fault } from '../../../../domain/errors.ts';
import { isUuid } from '../../../../domain/ids.ts';
import { faultsOf } from '../../../../domain/parse.ts';
import { parseSchedule } from '../../../../domain/schedules/index.ts';
import type { ImportFault } from '../../../verbs/import-jobs.ts';
import type { ImportItem } from '../../../verbs/match-import.ts';
import { importedJob, type ImportedJob } from '../schema/transfer.ts';
import { specOf, type Reading } from './job-input.ts';

/** YAML is read some hundred times slower than JSON. */
const MOST_YAML_BYTES = 2 * 1_048_576;
/** As deep as a JSON body may be (api/http/body-guard.ts). */
const DEEPEST = 64;

/** The content of a configuration file, JSON or YAML. Throws INVALID_INPUT. */
export function readFile(text: string): unknown {
  const content = parsed(text.replace(/^\uFEFF/, ''));
  if (isDeeper(content, DEEPEST)) throw faulty(`is nested more than ${DEEPEST} levels deep`);
  return content;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (/^\s*[[{]/.test(text)) throw faulty(`is not JSON: ${(error as Error).message}`);
  }
  if (text.length > MOST_YAML_BYTES) throw faulty('is YAML of more than 2 MB: give it as JSON, or in parts');
  try {
    return parseYaml(text);
  } catch (error) {
    throw faulty(`is neither JSON nor YAML: ${(error as Error).message}`);
  }
}

function faulty(message: string): DomainError {
  return invalid('INVALID_INPUT', [{ path: 'configFile', message }]);
}

/** Level by level, so that no depth exhausts the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((inner) =>
      inner !== null && typeof inner === 'object' ? (Object.values(inner) as unknown[]) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

/** The entries of a file's list of jobs: `{"jobs": […]}`, as exports have it, or the list alone. */
export function entriesOf(content: unknown): unknown[] {
  const list = Array.isArray(content) ? content : (content as { jobs?: unknown } | null)?.jobs;
  if (Array.isArray(list)) return list;
  throw faulty('must hold a list "jobs", as an export does');
}

/** Read at once: in between, other requests and fires have their turn. */
const READ_AT_ONCE = 100;

/** Reads every entry; what is wrong with one is told by its path, and the others are read all the same. */
export async function readEntries(
  entries: readonly unknown[],
  reading: Reading,
): Promise<{ items: ImportItem[]; faults: ImportFault[] }> {
  const items: ImportItem[] = [];
  const faults: ImportFault[] = [];
  for (const [index, entry] of entries.entries()) {
    if (index % READ_AT_ONCE === READ_AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
    const checked = importedJob.safeParse(entry);
    const found = checked.success ? itemOf(index, checked.data, reading) : faultsOf(checked.error);
    if (!Array.isArray(found)) items.push(found);
    else faults.push(...found.map((fault) => ({ index, name: nameOf(entry), ...fault })));
  }
  return { items, faults };
}

function nameOf(entry: unknown): string | null {
  const name = (entry as { name?: unknown } | null)?.name;
  return typeof name === 'string' ? name.slice(0, 200) : null;
}

function itemOf(index: number, job: ImportedJob, reading: Reading): ImportItem | Fault[] {
  const { id, uuid, anchor_at: anchorAt, paused_at: pausedAt, disabled_reason: disabledReason, ...rest } = job;
  const exported = uuid !== undefined && isUuid(uuid) ? uuid.toLowerCase() : null;
  try {
    // A job that an export holds may have fired for good already; it comes over as it was.
    const spec = specOf(rest, rest.type === 'once' && exported !== null ? { ...reading, now: 0 } : reading);
    const anchored = spec.schedule.kind === 'interval' && anchorAt !== undefined;
    const schedule = anchored
      ? parseSchedule({ ...spec.schedule, anchorAt: Date.parse(anchorAt) }, reading)
      : spec.schedule;
    return {
      index,
      id: exported,
      number: id === undefined ? null : Number(id.slice('job_'.length)),
      spec: { ...spec, schedule },
      anchored,
      pausedAt: pausedAt === undefined ? null : Date.parse(pausedAt),
      disabledReason: disabledReason ?? null,
    };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return (error.details['faults'] as Fault[] | undefined) ?? [{ path: '', message: error.message }];
  }
}
