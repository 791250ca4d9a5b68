import type { FaceDefinition } from '../http/face.ts';
import { commands } from './commands/commands.ts';
import { consoleFace } from './console/console.ts';
import { gateway } from './gateway/gateway.ts';
import { reviewer } from './reviewer/reviewer.ts';
import { tasks } from './tasks/tasks.ts';

/** THE LIST of faces. A further face is one folder and one line here; the first one answers what nobody claims. */
export const FACE_LIST: readonly FaceDefinition[] = [gateway, consoleFace, tasks, commands, reviewer];
