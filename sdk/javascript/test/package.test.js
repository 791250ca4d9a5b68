import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as sdk from 'task-scheduler-sdk';
import ts from 'typescript';

const require = createRequire(import.meta.url);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

test('cjs/index.cjs is what src/ makes', async () => {
  await promisify(execFile)(process.execPath, [here('../build.mjs'), '--check']);
});

test('require gives what import gives', () => {
  const required = require('task-scheduler-sdk');
  assert.deepEqual(Object.keys(required).sort(), Object.keys(sdk).sort());
  assert.equal(new required.NotFoundError('x', { status: 404, code: 'X' }).name, 'NotFoundError');
  assert.ok(new required.TaskSchedulerClient({ baseUrl: 'http://x', apiKey: 'k' }).waitFor);
});

const program = ts.createProgram([here('typed-program.ts'), here('typed-program.cts')], {
  strict: true,
  exactOptionalPropertyTypes: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
  noEmit: true,
  allowImportingTsExtensions: true,
});

test('programs by import and by require have the types that they expect', () => {
  const found = ts.getPreEmitDiagnostics(program);
  assert.deepEqual(
    found.map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
    [],
  );
});

test('the declarations name just what there is', () => {
  const checker = program.getTypeChecker();
  const file = program.getSourceFiles().find(({ fileName }) => fileName.endsWith('types/index.d.cts'));
  const declared = checker.getExportsOfModule(checker.getSymbolAtLocation(file));
  const values = declared.filter(({ flags }) => flags & ts.SymbolFlags.Value).map(({ name }) => name);
  assert.deepEqual(values.sort(), Object.keys(sdk).sort());
  const client = declared.find(({ name }) => name === 'TaskSchedulerClient');
  const methods = [...client.members.keys()].filter((name) => name !== '__constructor');
  const real = Object.getOwnPropertyNames(sdk.TaskSchedulerClient.prototype).filter((name) => name !== 'constructor');
  assert.deepEqual(methods.sort(), real.sort());
  for (const words of ['TaskType', 'TaskStatus', 'Priority', 'ExecutionStatus', 'DependencyType']) {
    const type = checker.getTypeOfSymbol(declared.find(({ name }) => name === words));
    const pairs = type.getProperties().map((word) => [word.name, checker.getTypeOfSymbol(word).value]);
    assert.deepEqual(Object.fromEntries(pairs), sdk[words]);
  }
});
