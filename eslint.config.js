import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { arrows } from './lint/plugin.js';
import {
  CLOCK,
  DATABASE_PRIVATES,
  DEFAULT_EXPORT,
  ENVIRONMENT,
  ENVIRONMENT_IMPORT,
  FACE_QUESTION,
  IMPURE_GLOBALS,
  RANDOM,
  UNFINISHED_TEST,
  UNREPLAYABLE_GLOBALS,
} from './lint/restricted.js';

const JAVASCRIPT = ['**/*.{js,mjs,cjs}'];
const TYPESCRIPT = ['**/*.ts'];
/** Written for others' programs and tools, by their customs. */
const FOREIGN = ['sdk/**', 'examples/**', 'dashboard/**', 'bench/peers/*/**'];
/** Without types there is no program to ask: these stand outside of tsconfig.json. */
const UNTYPED = [...FOREIGN.map((folder) => `${folder}/*.ts`)];

const forbid = (...groups) => ['error', ...groups.flat()];
const nodeGlobals = Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']));

export default defineConfig(
  globalIgnores([
    '**/node_modules/',
    'dist/',
    '.almanac/',
    'coverage/',
    '**/target/',
    '**/vendor/',
    '**/*.d.ts',
    'sdk/javascript/cjs/',
  ]),
  { linterOptions: { noInlineConfig: true } },

  {
    name: 'almanac/every-file',
    files: [...JAVASCRIPT, ...TYPESCRIPT],
    plugins: { arrows },
    rules: {
      'arrows/allowed': 'error',
      'arrows/declared': 'error',
      'arrows/no-cycle': 'error',
      'arrows/file-name': 'error',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
      'no-restricted-properties': forbid(ENVIRONMENT),
      'no-restricted-imports': ['error', ENVIRONMENT_IMPORT],
      'no-restricted-syntax': forbid(DEFAULT_EXPORT, FACE_QUESTION),
      eqeqeq: ['error', 'smart'],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-fallthrough': 'error',
      'no-self-compare': 'error',
      'no-unsafe-finally': 'error',
      'no-empty': ['error', { allowEmptyCatch: true }],
    },
  },
  {
    name: 'almanac/javascript',
    files: JAVASCRIPT,
    languageOptions: { globals: nodeGlobals },
    rules: {
      'no-undef': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-unreachable': 'error',
      'no-const-assign': 'error',
      'no-dupe-keys': 'error',
    },
  },
  {
    name: 'almanac/typescript',
    files: TYPESCRIPT,
    ignores: UNTYPED,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // An `async` method may satisfy a Promise-returning interface without awaiting: its throws become rejections.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    name: 'almanac/untyped-typescript',
    files: UNTYPED,
    languageOptions: { parser: tseslint.parser },
  },

  // --- what single folders may not ------------------------------------------------------------------------------
  {
    name: 'almanac/time-is-an-argument',
    files: ['db/**', 'activities/**', 'api/verbs/**'],
    rules: { 'no-restricted-syntax': forbid(DEFAULT_EXPORT, FACE_QUESTION, CLOCK) },
  },
  {
    name: 'almanac/a-face-knows-its-own-name',
    files: ['api/faces/**'],
    rules: { 'no-restricted-syntax': forbid(DEFAULT_EXPORT, CLOCK) },
  },
  {
    name: 'almanac/sql-is-in-queries',
    files: ['activities/**', 'api/**'],
    rules: { 'no-restricted-imports': ['error', { ...ENVIRONMENT_IMPORT, ...DATABASE_PRIVATES }] },
  },
  {
    name: 'almanac/domain',
    files: ['domain/**'],
    rules: {
      'no-restricted-syntax': forbid(DEFAULT_EXPORT, FACE_QUESTION, CLOCK, RANDOM),
      'no-restricted-globals': forbid(IMPURE_GLOBALS),
    },
  },
  {
    // Temporal's sandbox makes Date and Math.random deterministic, timers too.
    name: 'almanac/workflows',
    files: ['workflows/**'],
    rules: { 'no-restricted-globals': forbid(UNREPLAYABLE_GLOBALS) },
  },

  // --- what single folders may -----------------------------------------------------------------------------------
  {
    name: 'almanac/terminals',
    files: ['start/**', 'cli/**', 'bench/**', 'deploy/**', ...FOREIGN],
    rules: { 'no-console': 'off' },
  },
  {
    name: 'almanac/environment',
    files: ['start/env.ts', 'start/bootstrap.mjs', 'start/bootstrap/**', 'test/**', ...FOREIGN],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    name: 'almanac/tools-that-want-a-default-export',
    files: ['*.config.*', ...FOREIGN],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    name: 'almanac/foreign-customs',
    files: FOREIGN,
    rules: { 'arrows/file-name': 'off', 'arrows/declared': 'off', 'no-undef': 'off' },
  },
  {
    name: 'almanac/tests',
    files: ['test/**', 'bench/**'],
    rules: {
      'no-console': 'off',
      'no-restricted-syntax': forbid(DEFAULT_EXPORT, UNFINISHED_TEST),
    },
  },
  {
    // A response's JSON is what a test is there to look at.
    name: 'almanac/untyped-answers-in-tests',
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
