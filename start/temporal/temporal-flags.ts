export interface TemporalPorts {
  temporal: number;
  temporalUi: number;
  temporalHttp: number;
  temporalMetrics: number;
}

/** The search attributes of Almanac's workflows and their types (ENGINE.md section 0). */
export const SEARCH_ATTRIBUTES = {
  JobId: 'Keyword',
  JobType: 'Keyword',
  Face: 'Keyword',
  Trigger: 'Keyword',
  ExecutionId: 'Keyword',
  JobIds: 'KeywordList',
  Tags: 'KeywordList',
} as const;

/** Each has its measured figure in ENGINE.md section 0; production's dynamic-config file holds the same. */
const DYNAMIC_CONFIG: Record<string, string> = {
  'history.timerProcessorMaxTimeShift': '"20ms"',
  'worker.schedulerNamespaceStartWorkflowRPS': '500.0',
  'worker.perNamespaceWorkerOptions': '{"MaxConcurrentWorkflowTaskPollers":16}',
  'history.transferProcessorMaxPollRPS': '2000',
  'history.timerProcessorMaxPollRPS': '2000',
  'history.visibilityProcessorMaxPollRPS': '200',
  'matching.useNewMatcher': 'true',
  'matching.enableFairness': 'true',
  'matching.numTaskqueueReadPartitions': '1',
  'matching.numTaskqueueWritePartitions': '1',
};

/** The arguments of `temporal` that start the server. Without `databaseFile` it keeps its state in memory. */
export function temporalArguments(options: {
  ports: TemporalPorts;
  databaseFile?: string | undefined;
  namespace?: string | undefined;
}): string[] {
  const { ports, databaseFile, namespace } = options;
  const file = databaseFile === undefined ? [] : ['--db-filename', databaseFile, ...pragmas()];
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn'],
    ...['--port', String(ports.temporal), '--ui-port', String(ports.temporalUi)],
    ...['--http-port', String(ports.temporalHttp), '--metrics-port', String(ports.temporalMetrics)],
    ...file,
    ...(namespace === undefined || namespace === 'default' ? [] : ['--namespace', namespace]),
    ...Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

function pragmas(): string[] {
  return ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'];
}
