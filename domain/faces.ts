/** The five documented dialects (DECISIONS section 1). A job belongs to the one it was made through. */
export const FACES = ['gateway', 'console', 'commands', 'reviewer', 'tasks'] as const;
export type Face = (typeof FACES)[number];

/** Whether the face shows its executions under integers of its own sequence. */
export const NUMBERS_EXECUTIONS: Readonly<Record<Face, boolean>> = {
  gateway: false,
  console: true,
  commands: false,
  reviewer: true,
  tasks: false,
};
