import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowed } from './allowed.js';
import { declared } from './declared.js';
import { fileName } from './file-name.js';
import { noCycle } from './no-cycle.js';
import { ROOT } from './place.js';

/** ESLint's cache forgets what it found when a plugin's version changes: here, when the table, a rule or package.json does. */
function contentVersion() {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package.json')));
  for (const file of readdirSync(import.meta.dirname).sort())
    hash.update(readFileSync(join(import.meta.dirname, file)));
  return hash.digest('hex').slice(0, 12);
}

/** Our own rules: what DESIGN.md section 2 and 7 ask and no package holds. */
export const arrows = {
  meta: { name: 'arrows', version: contentVersion() },
  rules: { allowed, declared, 'no-cycle': noCycle, 'file-name': fileName },
};
