import { isBuiltin } from 'node:module';
import { dirname, resolve } from 'node:path';
import { ARROWS } from './arrows.js';
import { importListeners } from './imports.js';
import { fitsAny, partFitting } from './patterns.js';
import { placeOf } from './place.js';

/** What an import names: `own` code by its path from the root, a `builtin` without its `node:`, or a `package`. */
function targetOf(specifier, file) {
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    return { kind: 'own', name: placeOf(resolve(dirname(file), specifier)) ?? specifier, shown: specifier };
  }
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier.replace(/^node:/, ''), shown: specifier };
  return { kind: 'package', name: specifier, shown: specifier };
}

function isAllowed(row, self, target, how) {
  if (target.kind === 'builtin') return fitsAny(row.builtins, target.name);
  if (target.kind === 'package') return fitsAny(row.packages, target.name);
  const may = how === 'type' ? [...row.may, ...(row.asType ?? [])] : row.may;
  return fitsAny(
    may.map((pattern) => (pattern === '{self}' ? self : pattern)),
    target.name,
  );
}

/** `never` speaks for the composition roots, which may import everything else, and teaches better where a row forbids anyway. */
function verdict(row, self, target, how) {
  const exception = row.never?.find(({ what }) => fitsAny(what, target.name) && target.kind !== 'builtin');
  const forbiddenThoughAny = exception !== undefined && row.may.includes('*');
  if (!forbiddenThoughAny && isAllowed(row, self, target, how)) return null;
  return exception?.why ?? row.why;
}

/** ESLint rule `arrows/allowed`: holds the table of `arrows.js`, each violation with its sentence. */
export const allowed = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      forbidden: '{{place}} may not import {{shown}}: {{why}}',
      unreadable:
        '{{place}} imports a computed name, so that nothing can tell what {{folder}}/ depends on: write the name as plain text, or choose from a list of plain imports.',
      homeless:
        '{{place}} stands in no row of lint/arrows.js, so that nothing says what it may import: put it into a folder of DESIGN.md section 2, or give its folder a row there.',
    },
  },
  create(context) {
    const file = context.filename;
    const place = placeOf(file);
    if (place === null) return {};
    const row = ARROWS.find(({ folder }) => partFitting(folder, place) !== null);
    if (row === undefined) {
      return { Program: (node) => context.report({ node, messageId: 'homeless', data: { place } }) };
    }
    const self = partFitting(row.folder, place);
    return importListeners((node, specifier, how) => {
      if (specifier === null) {
        if (!row.may.includes('*')) context.report({ node, messageId: 'unreadable', data: { place, folder: self } });
        return;
      }
      const target = targetOf(specifier, file);
      const why = verdict(row, self, target, how);
      if (why !== null) context.report({ node, messageId: 'forbidden', data: { place, shown: target.shown, why } });
    });
  },
};
