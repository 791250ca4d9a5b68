import { expect, describe, it } from 'vitest';
import { runConnections } from '../../start/connections.ts';
import { readEnvironment } from '../../start/env.ts';
import { createDatabase } from '../support/servers.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('npm run connections', () => {
  it('tells which can be read, under which role, and why not; never an address', async () => {
    const [own, other] = [await createDatabase(), await createDatabase()];
    const home = tempFolder('almanac-connections-');
    const environment = (given: Readonly<Record<string, string>>) =>
      readEnvironment([], { DATABASE_URL: own, ALMANAC_HOME: home, ...given });
    const connections = {
      2: { name: 'shop', url: other },
      3: { name: 'gone', url: 'postgres://somebody:hush-hush@127.0.0.1:1/d' },
    };
    const lines: string[] = [];
    const say = (line: string) => lines.push(line);
    const code = await runConnections(say, environment({ REVIEW_CONNECTIONS: JSON.stringify(connections) }));
    expect(code).toBe(1);
    expect(lines[0]).toMatch(/^ {3}1 {2}almanac: works: PostgreSQL \d+/);
    expect(lines[1]).toMatch(/^ {3}2 {2}shop: works: .*read as almanac_reviewer$/);
    expect(lines[2]).toContain('Connection 3 (gone) can not be used (ECONNREFUSED)');
    expect(lines.join('\n')).not.toMatch(/hush|postgres:\/\/|somebody/);
    expect(await runConnections(say, environment({}))).toBe(0);
  });
});
