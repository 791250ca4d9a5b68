/**
 * How Node runs the service: stacks of the source; and a young generation that holds what a second of a busy clock
 * allocates, since collecting it half done costs a third of a fire's CPU. The Dockerfile says the same.
 */
export const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=32'] as const;
