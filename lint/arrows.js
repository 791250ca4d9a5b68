/**
 * THE TABLE of DESIGN.md section 2: who may import whom. `allowed.js` reads it; the first row whose `folder` fits a file holds.
 * Patterns name a folder or a file; `*` stands for one name; `{self}` is the folder of the row that fits (one face of many).
 * `may`: own folders; `asType`: own folders by `import type` only; `never`: exceptions with a sentence of their own.
 */
const ANY = ['*'];
/** All SQL is in queries/; connect.ts opens transactions around them (its `sql` stays in db/: see restricted.js), events.ts notifies. */
const DB = ['db/queries', 'db/connect.ts', 'db/events.ts'];
const FACE_PACKAGES = ['hono', '@hono/*', 'zod', 'luxon', 'yaml', '@scalar/*'];

const NO_TESTS = {
  what: ['test', 'bench'],
  why: 'what ships must run without its tests: move what both need into the product folder that owns it.',
};
const NO_CLIENT = {
  what: ['@temporalio/client', '@temporalio/worker'],
  why: 'api/engine/ is the only home of @temporalio/client, so that one folder decides how Temporal is spoken to: add what is missing to `Engine` there and call it through the context.',
};
const HTTP_ONLY =
  'it is a client like any other and talks HTTP to the API, so that whatever it can do a user can do too: call an endpoint, and where none fits, add one to a face.';

export const ARROWS = [
  {
    folder: 'domain',
    may: ['domain'],
    packages: ['zod', 'suncalc', 'croner', 'cronstrue', 'ajv', 'ajv-formats'],
    builtins: [],
    why: 'domain/ is pure (no I/O, no clock, no Node) so that every rule is tested in microseconds and reads the same in a workflow, a verb or a browser: do the effect in activities/ or db/queries/ and hand its answer in as an argument.',
  },
  {
    folder: 'workflows',
    may: ['workflows', 'domain'],
    asType: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
    builtins: [],
    never: [
      {
        what: ['activities'],
        why: 'a workflow replays, an activity acts: name activities by `import type` only and call them through `proxyActivities`, or the effect would run inside the sandbox and again at every replay.',
      },
      {
        what: ['db', 'api', 'pg', 'kysely'],
        why: 'a replay would read another answer than the first run did and the workflow would wedge: ask in an activity (activities/), so that the answer stands in history.',
      },
    ],
    why: 'workflows/ is deterministic orchestration in a sandbox without Node: compute in domain/, act in activities/ through `proxyActivities`.',
  },
  {
    folder: 'activities',
    may: ['activities', 'domain', ...DB],
    asType: ['db'],
    packages: ['@temporalio/activity', '@temporalio/common', 'zod'],
    builtins: ['async_hooks', 'buffer', 'crypto', 'events', 'path', 'stream', 'timers', 'util', 'zlib'],
    never: [
      {
        what: ['workflows', 'api'],
        why: 'effects must not know who orchestrates or asks them, or the two could only change together: move what both need into domain/, or take it as a dependency (`Deps`) that worker/ or start/ hands in.',
      },
      {
        what: ['db', 'pg', 'kysely'],
        why: 'all SQL stands in db/queries/, where row types stop: write a named query there and call it, inside `inTransaction` of db/connect.ts where several belong together.',
      },
    ],
    why: 'an activity reaches the world only through `deps` (activities/deps.ts), so that its tests hand in their own: add a small interface there and let worker/ or start/ build the real thing.',
  },
  {
    folder: 'db',
    may: ['db', 'domain'],
    packages: ['kysely', 'pg'],
    builtins: [],
    why: 'db/ turns rows into domain values and knows nothing above it: decide in domain/, orchestrate in a verb or an activity that calls the query.',
  },
  {
    folder: 'api/verbs',
    may: ['api/verbs', 'domain', 'api/engine', ...DB],
    asType: ['db'],
    packages: ['zod', 'microdiff'],
    builtins: ['crypto'],
    never: [
      {
        what: ['hono', '@hono/*', 'api/faces', 'api/http'],
        why: 'a verb knows no HTTP and no dialect, so that five faces, the CLI and the library share it: take plain values, return domain values or throw a DomainError, and translate in the face.',
      },
      {
        what: ['db', 'pg', 'kysely'],
        why: 'all SQL stands in db/queries/, where row types stop: write a named query there and call it, inside `inTransaction` of db/connect.ts where several belong together.',
      },
      NO_CLIENT,
    ],
    why: 'a verb is made of domain/, db/queries/ and api/engine/: whatever else it needs comes in through its context (api/verbs/context.ts).',
  },
  {
    folder: 'api/engine',
    may: ['api/engine', 'domain'],
    asType: ['workflows'],
    packages: ['@temporalio/client', '@temporalio/common', '@temporalio/envconfig'],
    builtins: ANY,
    never: [
      {
        what: ['workflows'],
        why: 'workflow code runs in the worker only: name a workflow by its type (`import type`) and start it by its name.',
      },
      {
        what: ['db', 'api/verbs'],
        why: 'the engine speaks to Temporal and remembers nothing, so that Postgres stays the one truth: let the verb read and write, and hand in what the engine needs.',
      },
    ],
    why: 'api/engine/ speaks to Temporal and to nothing else: the verb that calls it brings the rest.',
  },
  {
    folder: 'api/http',
    may: ['api/http', 'api/verbs', 'domain', ...DB],
    asType: ['db', 'api/events'],
    packages: ['hono', '@hono/*', 'zod', 'jose', 'rate-limiter-flexible', 'prom-client', 'pino', 'ws', '@scalar/*'],
    builtins: ANY,
    never: [
      {
        what: ['api/faces'],
        why: 'api/http/ knows no face, or a sixth one would mean editing it: let the face hand in what differs (its error table, its limits) when it mounts.',
      },
      {
        what: ['db', 'pg', 'kysely'],
        why: 'all SQL stands in db/queries/, where row types stop: write a named query there and call it.',
      },
      NO_CLIENT,
    ],
    why: 'api/http/ is what all faces share of HTTP (auth, limits, errors, ids, health): orchestrate in a verb, and take other parts from the composition root as arguments.',
  },
  {
    folder: 'api/events',
    may: ['api/events', 'api/http', 'db/events', 'db/events.ts', 'domain'],
    packages: ['hono', '@hono/*', 'ws', 'zod', '@nats-io/*'],
    builtins: ['buffer', 'crypto', 'events', 'http', 'net', 'stream', 'timers'],
    never: [NO_CLIENT],
    why: 'api/events/ carries events from db/events to sockets and brokers and decides nothing: what an event means belongs in domain/, how a face words it in the face.',
  },
  {
    folder: 'api/nats',
    may: ['api/nats', 'api/events', 'domain'],
    packages: [],
    builtins: [],
    never: [NO_CLIENT],
    why: 'api/nats/ carries events and commands between the API and NATS and decides nothing: the connection is opened in worker/nats/, what a command does is a verb, how it is worded a face.',
  },
  {
    folder: 'api/faces/index.ts',
    may: ['api/faces', 'api/http', 'api/verbs', 'domain'],
    packages: FACE_PACKAGES,
    builtins: [],
    why: 'the list of faces only names them: what they share is in api/http/, what they do in api/verbs/.',
  },
  {
    folder: 'api/faces/dispatch.ts',
    may: ['api/faces', 'api/http', 'api/verbs', 'domain'],
    packages: FACE_PACKAGES,
    builtins: [],
    why: 'dispatch only tells apart the faces that claim one path (DECISIONS section 1): what a face does is in its own folder, what it asks of the store is a verb.',
  },
  {
    folder: 'api/faces/*.ts',
    may: ['api/http', 'api/verbs', 'domain'],
    packages: FACE_PACKAGES,
    builtins: [],
    never: [
      {
        what: ['api/faces'],
        why: 'only api/faces/index.ts (the list) and api/faces/dispatch.ts know single faces: list or tell them apart there.',
      },
    ],
    why: 'what all faces share of HTTP belongs in api/http/, what the product does in api/verbs/.',
  },
  {
    folder: 'api/faces/*',
    may: ['{self}', 'api/verbs', 'api/http', 'domain'],
    asType: ['api/events'],
    packages: FACE_PACKAGES,
    builtins: [],
    never: [
      {
        what: ['api/faces'],
        why: 'a face never knows another, so that each can follow its own document: move what both need into api/http/ (HTTP), api/verbs/ (what is done) or domain/ (what it means).',
      },
      {
        what: ['db', 'pg', 'kysely'],
        why: 'a face only translates its dialect: call a verb, and where none fits, write one in api/verbs/ over a query in db/queries/.',
      },
      {
        what: ['@temporalio/*', 'api/engine', 'workflows', 'activities', 'worker'],
        why: 'a face knows no Temporal: call a verb, which speaks to Temporal through api/engine/.',
      },
    ],
    why: 'a face translates one document into verbs and back (routes, schema, translate, errors): effects belong in a verb, what faces share in api/http/.',
  },
  {
    folder: 'api/*.ts',
    may: ['api', 'domain'],
    asType: ['db'],
    packages: ['hono', '@hono/*', 'zod', 'ws', '@scalar/*'],
    builtins: ANY,
    never: [NO_CLIENT],
    why: 'the web app is put together from parts that start/ hands in: connections are opened there.',
  },
  {
    folder: 'cli',
    may: ['cli'],
    packages: ANY,
    builtins: ANY,
    why: HTTP_ONLY,
  },
  { folder: 'dashboard', may: ['dashboard'], packages: ['uplot', 'preact', '@preact/*'], builtins: [], why: HTTP_ONLY },
  { folder: 'sdk', may: ['sdk'], packages: ANY, builtins: ANY, why: HTTP_ONLY },
  { folder: 'examples', may: ['examples'], packages: ANY, builtins: ANY, why: HTTP_ONLY },
  // The composition roots put the parts together (DESIGN section 2).
  { folder: 'worker', may: ANY, packages: ANY, builtins: ANY, never: [NO_TESTS], why: '' },
  { folder: 'start', may: ANY, packages: ANY, builtins: ANY, never: [NO_TESTS], why: '' },
  { folder: 'index.ts', may: ANY, packages: ANY, builtins: ANY, never: [NO_TESTS], why: '' },
  // Tools and tests look wherever they have to.
  { folder: 'test', may: ANY, packages: ANY, builtins: ANY, why: '' },
  { folder: 'bench', may: ANY, packages: ANY, builtins: ANY, why: '' },
  { folder: 'lint', may: ['lint'], packages: ANY, builtins: ANY, why: 'lint rules know the code by its text only.' },
  {
    folder: 'deploy',
    may: ['deploy'],
    packages: [],
    builtins: ANY,
    why: 'deploy/ runs before the product is installed.',
  },
  { folder: '*.config.*', may: ANY, packages: ANY, builtins: ANY, why: '' },
];
