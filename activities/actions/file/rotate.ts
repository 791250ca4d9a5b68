import type { RotateAction } from '../../../domain/actions/file.ts';
import type { ActionResult } from '../../../domain/execution.ts';
import { sandboxPathFault } from '../../../domain/sandbox-path.ts';
import type { SandboxFile } from '../../deps.ts';
import { ActionFailure, type ActionContext } from '../handler.ts';

const BYTES_PER_MB = 1_048_576;
const DAY_MS = 86_400_000;
/** A rotated copy: the file's own name, then when it was rotated. */
const COPY = /^(.+)\.(\d{8}T\d{9}Z)(\.gz)?$/;

interface Tally {
  rotated: number;
  bytes: number;
  removed: number;
}

/**
 * Rotates files that fit a pattern and tidies their copies. Each step stands by itself, so that a run which was stopped
 * is carried on by the next: a renamed file that was not compressed yet is compressed then.
 */
export async function rotate(action: RotateAction, context: ActionContext): Promise<ActionResult> {
  const { deps } = context;
  const { signal } = context.stop;
  const { live, copies, refused } = await find(action, context);
  const stamp = new Date(deps.now()).toISOString().replace(/[-:.]/g, '');
  const tally: Tally = { rotated: 0, bytes: 0, removed: 0 };
  for (const file of live) {
    signal.throwIfAborted();
    if (file.bytes === 0 || file.bytes < (action.max_size_mb ?? 0) * BYTES_PER_MB) continue;
    const copy = await rotateOne(file, stamp, action, context);
    copies.push({ ...file, path: copy, modifiedAt: deps.now() });
    tally.rotated += 1;
    tally.bytes += file.bytes;
  }
  for (const [base, own] of byBase(copies)) await tidy(base, own, action, context, tally);
  if (refused.length > 0) throw refusal(refused);
  return {
    message: `Rotated ${tally.rotated} files, removed ${tally.removed} old copies`,
    metrics: { files_rotated: tally.rotated, bytes_rotated: tally.bytes, files_removed: tally.removed },
  };
}

async function find(action: RotateAction, { deps, stop: { signal } }: ActionContext) {
  const fault = sandboxPathFault(action.pattern);
  if (fault !== null) throw new ActionFailure('SandboxRefused', `The pattern ${fault}.`, { retryable: false });
  const found = await deps.sandbox.find(action.pattern, signal);
  // `**` finds the copies by itself.
  const beside = action.pattern.endsWith('**') ? found : await deps.sandbox.find(`${action.pattern}.*`, signal);
  const files = new Map([...found.files, ...beside.files].map((file) => [file.path, file]));
  return {
    live: found.files.filter((file) => !COPY.test(file.path)),
    copies: [...files.values()].filter((file) => COPY.test(file.path)),
    refused: [...new Set([...found.refused, ...beside.refused])],
  };
}

async function rotateOne(
  file: SandboxFile,
  stamp: string,
  action: RotateAction,
  context: ActionContext,
): Promise<string> {
  const { sandbox } = context.deps;
  const path = `${file.path}.${stamp}`;
  context.log('info', `Rotating ${file.path}, ${file.bytes} bytes`);
  if (!action.copy_truncate) {
    await sandbox.rename(file.path, nameOf(path));
    return path;
  }
  const copy = action.compress ? `${path}.gz` : path;
  await sandbox.move(file.path, nameOf(copy), { gzip: action.compress, then: 'truncate' }, context.stop.signal);
  return copy;
}

/** Removes the copies of one file that are too many or too old, and compresses what remains. */
async function tidy(
  base: string,
  copies: readonly SandboxFile[],
  action: RotateAction,
  context: ActionContext,
  tally: Tally,
): Promise<void> {
  const { deps } = context;
  const { signal } = context.stop;
  const newest = [...copies].sort((a, b) => (stampOf(a) < stampOf(b) ? 1 : -1));
  const oldest = action.max_age_days === null ? 0 : deps.now() - action.max_age_days * DAY_MS;
  for (const [i, copy] of newest.entries()) {
    signal.throwIfAborted();
    if (i >= action.keep || timeOf(copy) < oldest) {
      await deps.sandbox.remove(copy.path);
      context.log(
        'info',
        `Removed ${copy.path}: ${i >= action.keep ? `${action.keep} copies are kept` : 'it is too old'}`,
      );
      tally.removed += 1;
    } else if (action.compress && !copy.path.endsWith('.gz')) {
      const packed = await deps.sandbox.move(
        copy.path,
        `${nameOf(copy.path)}.gz`,
        { gzip: true, then: 'remove' },
        signal,
      );
      context.log(
        'info',
        packed ? `Compressed the copy of ${base}` : `${copy.path} is still written to: compressed next time`,
      );
    }
  }
}

function byBase(copies: readonly SandboxFile[]): Map<string, SandboxFile[]> {
  const groups = new Map<string, SandboxFile[]>();
  for (const copy of copies) {
    const base = COPY.exec(copy.path)?.[1] ?? copy.path;
    groups.set(base, [...(groups.get(base) ?? []), copy]);
  }
  return groups;
}

function stampOf(copy: SandboxFile): string {
  return COPY.exec(copy.path)?.[2] ?? '';
}

/** When it was rotated: by its name, since compressing a copy later makes its file young again. */
function timeOf(copy: SandboxFile): number {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z$/.exec(stampOf(copy)) ?? [];
  const [, year, month, day, hour, minute, second, ms] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function refusal(refused: readonly string[]): ActionFailure {
  const message = `Refused, because they are links or no plain files: ${refused.slice(0, 20).join(', ')}. Remove them from the sandbox.`;
  return new ActionFailure('SandboxRefused', message, { retryable: false });
}
