import { sql, type Executor } from '../connect.ts';

/** What the live processes of the service use, as each tells of itself every 5 s. CPU in percent of one core. */
export interface ResourceFigures {
  readonly running: number;
  readonly processes: number;
  readonly cpuAveragePercent: number;
  readonly cpuPeakPercent: number;
  readonly memoryUsedMb: number;
  /** What their machines have, each counted once. */
  readonly memoryTotalMb: number;
}

/** Executions under a lease that is not over, and the processes that beat within 30 s. One statement. */
export async function resourceFigures(db: Executor): Promise<ResourceFigures> {
  const { rows } = await sql<ResourceFigures>`
    with live as (select * from instance where stopped_at is null and last_heartbeat >= now() - interval '30 seconds')
    select
      (select count(*) from execution where state = 'running' and lease_until > clock_timestamp()) as running,
      (select count(*) from live) as processes,
      (select coalesce(avg(cpu_percent), 0)::float8 from live) as "cpuAveragePercent",
      (select coalesce(max(cpu_peak_percent), 0)::float8 from live) as "cpuPeakPercent",
      (select coalesce(sum(memory_mb), 0)::float8 from live) as "memoryUsedMb",
      (select coalesce(sum(mb), 0)::float8 from (select max(memory_total_mb) as mb from live group by host) machine)
        as "memoryTotalMb"`.execute(db);
  const [figures] = rows;
  if (figures === undefined) throw new Error('The database answered a question for figures with nothing');
  return figures;
}
