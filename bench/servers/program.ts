import { fileURLToPath } from 'node:url';

/** The built product: `npm run bench` builds it before it begins. */
export const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
