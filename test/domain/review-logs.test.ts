import { describe, expect, it } from 'vitest';
import { logTime } from '../../domain/reviews/logs/log-entry.ts';
import { normalise, tally } from '../../domain/reviews/logs/normalise.ts';
import { parseCsvLog } from '../../domain/reviews/logs/parse-csv.ts';
import { parseJsonLog } from '../../domain/reviews/logs/parse-json.ts';
import { parseStderrLog } from '../../domain/reviews/logs/parse-stderr.ts';

const AT = Date.UTC(2026, 10, 21, 8, 27, 57, 123);

describe('a PostgreSQL log', () => {
  it.each([
    ['2026-11-21 08:27:57.123 UTC', AT],
    ['2026-11-21 11:27:57.123+03', AT],
    ['2026-11-21 11:27:57.123 +0300', AT],
    ['2026-11-21 08:27:57 UTC [7]', AT - 123],
    ['no time', null],
  ])('has the time %j', (text, at) => {
    expect(logTime(text)).toBe(at);
  });

  it('on stderr is read whatever its prefix, with what goes on below', () => {
    const text = [
      'ne begun in the middle',
      '2026-11-21 08:27:57.123 UTC [12345] app@shop 23505 ERROR:  duplicate key value violates unique constraint "a"',
      'DETAIL:  Key (id)=(1) already exists.',
      '2026-11-21 08:27:57.123 UTC [12345] STATEMENT:  insert into t values (1)',
      '2026-11-21 08:27:57.123 UTC [12345] LOG:  duration: 1200.5 ms  statement: select',
      '\tpg_sleep(1)',
      '2026-11-21 08:27:57.123 UTC [12345] FATAL:  password authentication failed for user "x"',
    ].join('\n');
    expect(parseStderrLog(text)).toEqual([
      { at: AT, severity: 'ERROR', sqlState: '23505', message: 'duplicate key value violates unique constraint "a"' },
      { at: AT, severity: 'LOG', sqlState: null, message: 'duration: 1200.5 ms  statement: select\npg_sleep(1)' },
      { at: AT, severity: 'FATAL', sqlState: null, message: 'password authentication failed for user "x"' },
    ]);
  });

  it('in csv is read with quotes and line ends in its fields, and past a line that is cut', () => {
    const line = (message: string) =>
      `2026-11-21 08:27:57.123 UTC,"u","d",7,"127.0.0.1:1",x.1,1,"SELECT",2026-11-21 08:27:57 UTC,3/2,0,ERROR,42601,${message},,,,,,,,,"psql","client backend",,0`;
    const text = [line('"says ""no"",\nand more"'), 'cut "here, in the middle', line('"last"'), ''].join('\n');
    expect(parseCsvLog(text)).toEqual([
      { at: AT, severity: 'ERROR', sqlState: '42601', message: 'says "no",\nand more' },
      { at: AT, severity: 'ERROR', sqlState: '42601', message: 'last' },
    ]);
  });

  it('in json is read past what is none', () => {
    const entry = {
      timestamp: '2026-11-21 08:27:57.123 UTC',
      error_severity: 'PANIC',
      state_code: 'XX000',
      message: 'm',
    };
    expect(parseJsonLog(`{"cut\n${JSON.stringify(entry)}\n[]\n`)).toEqual([
      { at: AT, severity: 'PANIC', sqlState: 'XX000', message: 'm' },
    ]);
  });

  it('is counted by kinds, without what a message tells', () => {
    const first = 'invalid value \'4111-secret\' for "card" 42';
    expect(normalise(first)).toBe('invalid value \'?\' for "?" ?');
    expect(tally([first, 'invalid value \'b\' for "x" 7', 'other'], 1)).toEqual([
      { message: 'invalid value \'?\' for "?" ?', count: 2 },
    ]);
  });
});
