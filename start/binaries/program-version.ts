import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What `--version` of a program says, by a pattern whose first group is the version; null when it says none. */
export async function programVersion(path: string, pattern: RegExp): Promise<string | null> {
  const { stdout } = await promisify(execFile)(path, ['--version']).catch(() => ({ stdout: '' }));
  return pattern.exec(stdout)?.[1] ?? null;
}

export function isAtLeast(version: string, oldest: readonly [major: number, minor: number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}
