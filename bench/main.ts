import { runBench } from './run-bench.ts';

process.exit(await runBench(process.argv.slice(2)));
