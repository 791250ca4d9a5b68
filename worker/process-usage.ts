/** CPU (percent of one core) and memory (MB) of this process over the last sample, and the highest CPU seen. */
export interface ProcessUsage {
  readonly cpuPercent: number;
  readonly cpuPeakPercent: number;
  readonly memoryMb: number;
}

const SAMPLE_MS = 1000;

/** Samples this process once a second, so that a run costs no system call for its figures. */
export function sampleUsage(monotonicMs: () => number): { latest(): ProcessUsage; stop(): void } {
  let before = { cpu: process.cpuUsage(), atMs: monotonicMs() };
  let latest: ProcessUsage = { cpuPercent: 0, cpuPeakPercent: 0, memoryMb: megabytes() };
  const timer = setInterval(() => {
    const spent = process.cpuUsage(before.cpu);
    const atMs = monotonicMs();
    const cpuPercent = Math.round((spent.user + spent.system) / Math.max(1, atMs - before.atMs)) / 10;
    before = { cpu: process.cpuUsage(), atMs };
    latest = { cpuPercent, cpuPeakPercent: Math.max(latest.cpuPeakPercent, cpuPercent), memoryMb: megabytes() };
  }, SAMPLE_MS);
  timer.unref();
  return { latest: () => latest, stop: () => clearInterval(timer) };
}

function megabytes(): number {
  return Math.round(process.memoryUsage.rss() / 104_857.6) / 10;
}
