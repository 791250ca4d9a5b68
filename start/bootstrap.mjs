// The entry of every `npm run` command: installs and builds what is missing, then hands over. Plain JavaScript without
// dependencies, because nothing may be installed yet. Progress goes to stderr: stdout belongs to the command.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Almanac needs Node 20.19 or later, and this is ${process.version}: install a newer Node.`);
  process.exit(1);
}

const root = new URL('..', import.meta.url);
const say = (text) => process.stderr.write(`${text}\n`);
const [command = 'start', ...args] = process.argv.slice(2);

const { installMissing } = await import('./bootstrap/install.mjs');
await installMissing(root, say);

if (command === 'check') {
  const { check } = await import('./bootstrap/check.mjs');
  process.exit(await check(root, { fresh: process.env.CI === 'true' || args.includes('--fresh') }));
}

const { build } = await import('./bootstrap/build.mjs');
await build(root, say);

if (command === 'test') {
  const { runTests } = await import('./bootstrap/run-tests.mjs');
  process.exit(await runTests(root, args));
}
if (command === 'bench') {
  const { runBench } = await import('./bootstrap/run-bench.mjs');
  process.exit(await runBench(root, args));
}
if (command !== 'build') {
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], new URL('dist/main.js', root).pathname, command, ...args];
  await import(new URL('dist/main.js', root).href);
}
