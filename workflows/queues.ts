/** Three task queues, so that no kind of work starves another (DESIGN section 3.4). */
export const QUEUES = { control: 'control', clocks: 'clocks', actions: 'actions' } as const;
