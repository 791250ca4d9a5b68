/** What the start tells the person, or the program, that started it. */
export interface Report {
  say(text: string, fields?: Record<string, unknown>): void;
  warn(text: string, fields?: Record<string, unknown>): void;
  /** Why it is over. */
  fail(text: string): void;
  /** Several lines for a person, one object for a program. */
  block(title: string, lines: string[], fields: Record<string, unknown>): void;
  /** One part is up: its name, where it is, how long it took. */
  part(name: string, detail: string, tookMs: number): void;
}

type Write = (line: string) => void;

/** Lines for a person at a terminal. */
export function humanReport(write: Write): Report {
  return {
    say: (text) => write(text),
    warn: (text) => write(`! ${text}`),
    fail: (text) => write(`! ${text}`),
    block: (title, lines) => [title, ...lines].forEach(write),
    part: (name, detail, tookMs) =>
      write(`  ${name.padEnd(12)} ${(tookMs / 1000).toFixed(2).padStart(6)} s  ${detail}`),
  };
}

/** One JSON object a line, in the shape of the service's own log (pino). */
export function jsonReport(write: Write, now: () => number): Report {
  const line = (level: number, msg: string, fields: Record<string, unknown> = {}) =>
    write(JSON.stringify({ level, time: now(), name: 'start', ...fields, msg }));
  return {
    say: (text, fields) => line(30, text, fields),
    warn: (text, fields) => line(40, text, fields),
    fail: (text) => line(60, text),
    block: (title, _lines, fields) => line(30, title, fields),
    part: (name, detail, tookMs) => line(30, `${name} is up`, { part: name, detail, tookMs: Math.round(tookMs) }),
  };
}

/** "Not a TTY: JSON lines" (LIBRARIES.md section 4); ALMANAC_LOG=pretty asks for the human lines anywhere. */
export function createReport(env: NodeJS.ProcessEnv, stdout: NodeJS.WriteStream, now: () => number): Report {
  const write = (line: string) => void stdout.write(`${line}\n`);
  return stdout.isTTY || env['ALMANAC_LOG'] === 'pretty' ? humanReport(write) : jsonReport(write, now);
}
