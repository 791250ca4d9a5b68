/** What the language offers and this project does not use, each with the sentence that says where to go instead (DESIGN section 7). */

const CLOCK_WHY =
  'time is an argument here, so that tests and replays choose it: take `now: Instant` as a parameter, or call `ctx.now()` / `deps.now()`; only entry points read the clock.';
const RANDOM_WHY =
  'domain/ gives the same answer to the same question, always: take the random part as an argument (ids come from an `IdSource`).';

export const CLOCK = [
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: `Date.now: ${CLOCK_WHY}` },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: `new Date(): ${CLOCK_WHY}` },
  { selector: 'CallExpression[callee.name="Date"]', message: `Date(): ${CLOCK_WHY}` },
];

export const RANDOM = [
  { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: `Math.random: ${RANDOM_WHY}` },
];

export const DEFAULT_EXPORT = [
  {
    selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
    message:
      'No default exports: they take another name in every importer, so that a search finds half of them. Export it by name, and name the file after it.',
  },
];

export const FACE_QUESTION = [
  {
    selector:
      'BinaryExpression[operator=/^[!=]=/]:matches([left.name="face"], [left.property.name="face"])[right.raw=/^[\x27"]/]',
    message:
      'Code that asks which face it is must be edited for a sixth one: let the face hand in what differs (a limit, a table, a function) from its own folder.',
  },
];

export const UNFINISHED_TEST = [
  {
    selector: 'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo)$/]',
    message:
      'A test that is switched off proves nothing and is forgotten: mend it or delete it (`skipIf(condition)` where a machine lacks something, saying what).',
  },
];

const PURE =
  'domain/ is pure and runs in workflows and browsers too: take what it gives as an argument from activities/ or a verb.';
const REPLAYED =
  'a replay would see another answer: ask for it in an activity (activities/), so that it stands in history.';
const named = (names, why) => names.map((name) => ({ name, message: `${name}: ${why}` }));

export const IMPURE_GLOBALS = named(
  ['process', 'Buffer', 'fetch', 'crypto', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'console'],
  PURE,
);
export const UNREPLAYABLE_GLOBALS = named(['process', 'Buffer', 'fetch', 'crypto', 'performance'], REPLAYED);

const ENV_WHY =
  'only start/env.ts reads the environment, and start/config.ts checks it once for all, so that a wrong value stops the start with its name: add the variable there and take it from the config or context.';
export const ENVIRONMENT = [{ object: 'process', property: 'env', message: ENV_WHY }];
export const ENVIRONMENT_IMPORT = {
  paths: ['node:process', 'process'].map((name) => ({ name, importNames: ['env'], message: ENV_WHY })),
};

/** db/connect.ts is open to those who run queries in transactions; these two of its exports are not. */
export const DATABASE_PRIVATES = {
  patterns: [
    {
      group: ['**/db/connect.ts'],
      importNames: ['sql', 'connect'],
      message:
        'SQL stands in db/queries/ alone, so that row types stop there, and connections are opened once, by the composition roots: write a named query, and take the `Db` from the context or `deps`.',
    },
  ],
};
