import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';

const root = new URL('../..', import.meta.url).pathname;

/** What the compiler says of a file in a project of somebody else's, who has Almanac installed. */
function faultsOf(name: string, source: string): string[] {
  const folder = tempFolder('function-types-');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/almanac'));
  symlinkSync(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types'));
  const file = join(folder, name);
  writeFileSync(file, source);
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
    allowJs: true,
    checkJs: true,
    strict: true,
    noEmit: true,
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

/** The compiler reads all types of the package, and of Node, anew for each file. */
describe('the types of almanac/functions', { timeout: 300_000 }, () => {
  const good = `import type { FunctionContext, RunFunction } from 'almanac/functions';
    export async function run({ payload, log, signal, progress }: FunctionContext<{ name: string }>) {
      log.info('for %s', payload.name.toUpperCase(), progress);
      await fetch('https://example.com', { signal });
      return { summary: 'done' };
    }
    export const same: RunFunction<{ name: string }> = run;`;

  it('fit a function in TypeScript, and refuse one that asks for what there is not', () => {
    expect(faultsOf('good.mts', good)).toEqual([]);
    expect(faultsOf('bad.mts', good.replace('log.info', 'log.shout'))).toEqual([
      expect.stringContaining("'shout' does not exist on type 'FunctionLog'"),
    ]);
  });

  it('fit a function in JavaScript by its comment', () => {
    const source = (field: string) =>
      `/** @param {import('almanac/functions').FunctionContext<{ name: string }>} context */
      export const run = async ({ payload }) => payload.${field}.length;`;
    expect(faultsOf('good.mjs', source('name'))).toEqual([]);
    expect(faultsOf('bad.mjs', source('nam'))).toEqual([expect.stringContaining("Property 'nam' does not exist")]);
  });
});
