import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';
import { importListeners } from './imports.js';
import { placeOf } from './place.js';

const known = new Map();

function isErased(statement) {
  return ts.isImportDeclaration(statement) ? statement.importClause?.isTypeOnly === true : statement.isTypeOnly;
}

/** The own modules that a file on disk loads when it is loaded itself; re-read when the file changes (editors keep ESLint alive). */
function neighboursOf(file) {
  let modifiedMs;
  try {
    modifiedMs = statSync(file).mtimeMs;
  } catch {
    return []; // not on disk: TypeScript says so better
  }
  const cached = known.get(file);
  if (cached?.modifiedMs === modifiedMs) return cached.neighbours;
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const neighbours = source.statements
    .filter((s) => (ts.isImportDeclaration(s) || ts.isExportDeclaration(s)) && s.moduleSpecifier && !isErased(s))
    .map((s) => s.moduleSpecifier.text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => resolve(dirname(file), specifier));
  known.set(file, { modifiedMs, neighbours });
  return neighbours;
}

/** The shortest way from one file to another along imports, both ends included, or null. */
function wayBetween(from, to) {
  const cameFrom = new Map([[from, null]]);
  const queue = [from];
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    if (file === to) {
      const way = [];
      for (let step = file; step !== null; step = cameFrom.get(step)) way.unshift(step);
      return way;
    }
    for (const next of neighboursOf(file)) {
      if (!cameFrom.has(next)) {
        cameFrom.set(next, file);
        queue.push(next);
      }
    }
  }
  return null;
}

/** ESLint rule `arrows/no-cycle`: no module may, by way of others, load itself. Type imports are erased and do not count. */
export const noCycle = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      cycle:
        'An import cycle: {{way}}. Whichever is loaded first sees the other half empty, and neither can be read or tested alone: move what both need into a third file below them, or hand it in as an argument.',
    },
  },
  create(context) {
    const file = context.filename;
    return importListeners((node, specifier, how) => {
      if (how !== 'value' || specifier === null || !specifier.startsWith('.')) return;
      const way = wayBetween(resolve(dirname(file), specifier), file);
      if (way === null) return;
      const shown = [file, ...way].map((step) => placeOf(step) ?? step).join(' → ');
      context.report({ node, messageId: 'cycle', data: { way: shown } });
    });
  },
};
