import { fileURLToPath } from 'node:url';

/** The built program, for what is forked from it by others than itself: sources and programs both lie one level deep. */
export const ENTRY = fileURLToPath(new URL('../dist/main.js', import.meta.url));
