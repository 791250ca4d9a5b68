import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * How much of the five documents the tests name: `npm run coverage:documents [-- --missing]`. A test names the items of
 * the documents' checklist in its title, `… [G-016, G-023..G-026]`. An id that is not in `ids.txt` fails the check.
 */
const DOCUMENTS = { G: 'gateway', C: 'console', M: 'commands', R: 'reviewer', T: 'tasks' };
const NAMED = /\[([A-Z]-\d{3}(?:(?:, |\.\.)[A-Z]-\d{3})*)\]/g;

const here = dirname(fileURLToPath(import.meta.url));
const tests = join(here, '..');
const ids = readFileSync(join(here, 'ids.txt'), 'utf8').split('\n').filter(Boolean);
const known = new Set(ids);

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testFiles(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

/** `G-001, G-004..G-006` as single ids. */
function single(list) {
  return list.split(', ').flatMap((part) => {
    const [first, last = first] = part.split('..');
    const [from, to] = [Number(first.slice(2)), Number(last.slice(2))];
    return Array.from({ length: to - from + 1 }, (_, i) => `${first[0]}-${String(from + i).padStart(3, '0')}`);
  });
}

const covered = new Set();
const unknown = [];
for (const file of testFiles(tests)) {
  for (const [, list] of readFileSync(file, 'utf8').matchAll(NAMED)) {
    for (const id of single(list)) {
      if (known.has(id)) covered.add(id);
      else unknown.push(`${relative(tests, file)}: ${id}`);
    }
  }
}

const missing = process.argv.includes('--missing');
for (const [letter, name] of Object.entries(DOCUMENTS)) {
  const all = ids.filter((id) => id.startsWith(letter));
  const open = all.filter((id) => !covered.has(id));
  console.log(`${name.padEnd(10)} ${String(all.length - open.length).padStart(4)} / ${all.length}`);
  if (missing && open.length > 0) console.log(`  missing: ${open.join(' ')}`);
}
console.log(`${'all'.padEnd(10)} ${String(covered.size).padStart(4)} / ${ids.length}`);
if (unknown.length > 0) {
  console.error(`Unknown ids, not in test/conformance/ids.txt:\n  ${unknown.join('\n  ')}`);
  process.exitCode = 1;
}
