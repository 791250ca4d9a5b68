// Builds only the workflows' bundle, where it is stale: what tests need that run from the sources.
import { build } from './build.mjs';

await build(new URL('../..', import.meta.url), (text) => process.stderr.write(`${text}\n`), ['workflows']);
