import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../start/config.ts';
import { readEnvironment } from '../../start/env.ts';
import { tempFolder } from '../support/temp-folder.ts';

const own = 'postgres://almanac:almanac@127.0.0.1:5/own';
let folder: string;
beforeEach(() => {
  folder = tempFolder('almanac-connections-');
});

const environment = (given: Readonly<Record<string, string>>) =>
  readEnvironment([], { DATABASE_URL: own, ALMANAC_HOME: folder, ...given });
const load = (connections: unknown, more: Readonly<Record<string, string>> = {}) =>
  loadConfig(environment({ REVIEW_CONNECTIONS: JSON.stringify(connections), ...more }), { api: false, worker: false });

describe('REVIEW_CONNECTIONS', () => {
  it("has the service's own database as 1, unless that is given to another", () => {
    expect(load({}).actions.reviewConnections).toMatchObject([{ id: 1, name: 'almanac', url: own }]);
    const shop = { name: 'shop', url: 'postgres://u:p@h/shop', memory_gb: 64, cpus: 8, log_path: '/var/log/pg' };
    const both = load({ 12: shop });
    expect(both.limits.reviewConnections).toEqual([1, 12]);
    expect(both.actions.reviewConnections[1]).toEqual({
      id: 12,
      name: 'shop',
      url: shop.url,
      memoryGb: 64,
      cpus: 8,
      logPath: '/var/log/pg',
    });
    expect(load({ 1: shop }).actions.reviewConnections).toMatchObject([{ id: 1, name: 'shop' }]);
  });

  it('takes an address from a variable or from a file', () => {
    const file = join(folder, 'secret');
    writeFileSync(file, 'postgres://u:p@h/from-file\n');
    const given = { 2: { name: 'a', url_env: 'SHOP_DSN' }, 3: { name: 'b', url_file: file } };
    const { reviewConnections } = load(given, { SHOP_DSN: 'postgres://u:p@h/from-variable' }).actions;
    expect(reviewConnections.map(({ url }) => new URL(url).pathname)).toEqual(['/own', '/from-variable', '/from-file']);
  });

  it.each([
    [{ 2: { name: 'x', url_env: 'NOWHERE' } }, '2.url_env: names NOWHERE, which is not set'],
    [
      { 2: { name: 'x', url_file: '/nowhere/at/all' } },
      "2.url_file: names /nowhere/at/all, which can't be read (ENOENT)",
    ],
    [{ 2: { name: 'x', url_env: 'WRONG' } }, '2.url_env: give postgres://'],
    [{ 2: { name: 'x' } }, '2: give the address in one of url, url_env'],
    [
      { 2: { name: 'x', url: 'postgres://u:hush@h/d', url_env: 'WRONG' } },
      '2: give the address in one of url, url_env',
    ],
    [{ 2: { name: 'x', url: 'postgres://u:hu sh@[h/d' } }, '2.url: give an address that can be read'],
    [{ 0: { name: 'x', url: 'postgres://u:hush@h/d' } }, 'connection ids are whole numbers from 1'],
  ])('%j is refused at the start, without its address', (connections, message) => {
    let refusal = '';
    try {
      load(connections, { WRONG: 'mysql://u:hush@h' });
    } catch (error) {
      refusal = String(error);
    }
    expect(refusal).toContain('REVIEW_CONNECTIONS is wrong: ');
    expect(refusal).toContain(message);
    expect(refusal).not.toMatch(/hu ?sh/);
  });
});
