import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What became of one instant at which all jobs were due: ms late, for each that fired. */
export interface Instant {
  readonly due: number;
  readonly late: readonly number[];
}

/** A peer's instants, or why it can't be run here. */
export type PeerResult = { readonly instants: readonly Instant[] } | { readonly absent: string };

/** Runs a peer's program; its lines of JSON are the instants. Throws with what it said when it fails. */
export async function runPeer(command: string, args: readonly string[]): Promise<Instant[]> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-4000)));
  const ending = new Promise<number | null>((resolve) => child.once('close', resolve));
  const instants: Instant[] = [];
  for await (const line of createInterface(child.stdout)) instants.push(JSON.parse(line) as Instant);
  const code = await ending;
  if (code !== 0) throw new Error(`${command} ended with code ${code ?? 'none'}: ${said}`);
  return instants;
}

/** Runs a program to its end and says whether it succeeded, and if not what it said. */
export async function runTool(
  command: string,
  args: readonly string[],
  cwd?: string,
): Promise<{ ok: boolean; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(cwd === undefined ? {} : { cwd }) });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString('utf8')).slice(-2000)));
    }
    child.once('error', (error) => resolve({ ok: false, said: error.message }));
    child.once('close', (code) => resolve({ ok: code === 0, said }));
  });
}
