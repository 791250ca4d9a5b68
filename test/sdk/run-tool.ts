import { spawn } from 'node:child_process';

export interface ToolRun {
  readonly code: number;
  readonly stdout: string;
  /** Both streams, as they came. */
  readonly said: string;
}

/** Runs a program to its end. A program that can't be started has code 127. */
export function runTool(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<ToolRun> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let said = '';
    child.stdout.on('data', (text: Buffer) => {
      stdout += text.toString();
      said += text.toString();
    });
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    child.once('error', (error) => resolve({ code: 127, stdout, said: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, said }));
  });
}
