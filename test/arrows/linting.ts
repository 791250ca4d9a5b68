import { ESLint, type Linter } from 'eslint';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Without types the files need not exist, and a hundred of them take a second. */
const WITHOUT_TYPES: Linter.Config[] = [
  {
    files: ['**/*.ts'],
    ...(tseslint.configs.disableTypeChecked as Linter.Config),
    languageOptions: { parserOptions: { projectService: false, project: null } },
  },
];
const untyped = new ESLint({ cwd: ROOT, overrideConfig: WITHOUT_TYPES });
/** With the types of one file of the project: the whole of it would take as long as lint does. */
const TYPED_PLACE = 'domain/errors.ts';
const WITH_FEW_TYPES: Linter.Config[] = [
  {
    files: [TYPED_PLACE],
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: './test/arrows/one-file.tsconfig.json',
        // With CI=true the parser would take the file's text from the disk, not the one that is linted here.
        disallowAutomaticSingleRunInference: true,
      },
    },
  },
];
const typed = new ESLint({ cwd: ROOT, overrideConfig: WITH_FEW_TYPES });

async function complaints(eslint: ESLint, filePath: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`));
}

/** What the project's lint says of `code` if it stood in the file `place`, which need not exist: `rule: sentence` each. */
export const lint = (place: string, code: string): Promise<string[]> => complaints(untyped, join(ROOT, place), code);

/** The same, with types, if it stood in a file of domain/. */
export const lintWithTypes = (code: string): Promise<string[]> => complaints(typed, join(ROOT, TYPED_PLACE), code);

/** The same, without types, for a folder outside of the project. */
export const lintIn = (folder: string, name: string, code: string): Promise<string[]> => {
  const overrideConfigFile = join(ROOT, 'eslint.config.js');
  return complaints(
    new ESLint({ cwd: folder, overrideConfigFile, overrideConfig: WITHOUT_TYPES }),
    join(folder, name),
    code,
  );
};
