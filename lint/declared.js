import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { importListeners } from './imports.js';
import { fitsAny } from './patterns.js';
import { placeOf, ROOT } from './place.js';

/** What never runs at a user's. */
const TOOLS = ['test', 'bench', 'lint', '*.config.*'];

const listed = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const shipped = new Set(Object.keys({ ...listed.dependencies, ...listed.optionalDependencies }));
const developed = new Set(Object.keys(listed.devDependencies));

const packageOf = (specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)[0];

/** ESLint rule `arrows/declared`: a package that package.json does not list is there by luck, and gone with the next update. */
export const declared = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      absent:
        '"{{name}}" is not in package.json and is found only because another package brought it: add it there with its exact version, or do without.',
      development:
        '"{{name}}" is a devDependency, which a production image lacks: import it by `import type`, move it to dependencies, or do without.',
    },
  },
  create(context) {
    const place = placeOf(context.filename);
    const isTool = place === null || fitsAny(TOOLS, place);
    return importListeners((node, specifier, how) => {
      if (specifier === null || /^[./]/.test(specifier) || isBuiltin(specifier)) return;
      const name = packageOf(specifier);
      if (shipped.has(name)) return;
      if (!developed.has(name)) context.report({ node, messageId: 'absent', data: { name } });
      else if (!isTool && how !== 'type') context.report({ node, messageId: 'development', data: { name } });
    });
  },
};
