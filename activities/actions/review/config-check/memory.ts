import type { Check } from '../check.ts';
import type { Found } from '../../../../domain/reviews/finding.ts';
import { size } from '../format.ts';
import { words } from '../reviewed-database.ts';
import { settingFinding } from './setting-finding.ts';
import { readSettings, type Settings } from './settings.ts';

const MB = 2 ** 20;

/** shared_buffers, work_mem and kin against the machine's memory (PostgreSQL docs, 19.4 Resource Consumption). */
export const memory: Check = {
  name: 'memory',
  targets: ['config', 'performance'],
  async run(scope) {
    const { machine } = scope.database;
    const settings = await readSettings(scope);
    if (machine === null) {
      const ru = 'Размер памяти сервера неизвестен: укажите memory_gb и cpus подключения в REVIEW_CONNECTIONS';
      const en = "The machine's memory is not known: give memory_gb and cpus of the connection in REVIEW_CONNECTIONS";
      return { found: [], lacking: [{ what: words(ru, en), sql: null }] };
    }
    const total = machine.memoryBytes;
    const found: Found[] = [];
    const buffers = settings.number('shared_buffers') ?? 0;
    if (buffers < total * 0.1 && buffers < 8192 * MB) {
      const wanted = Math.min(8192, Math.max(128, Math.floor(total / 4 / MB)));
      found.push(
        finding(settings, 'shared_buffers_small', 'shared_buffers', 'warning', buffers, total, `${wanted}MB`, true),
      );
    }
    if (buffers > total * 0.5) {
      found.push(
        finding(
          settings,
          'shared_buffers_large',
          'shared_buffers',
          'critical',
          buffers,
          total,
          `${Math.floor(total / 4 / MB)}MB`,
          true,
        ),
      );
    }
    const cache = settings.number('effective_cache_size') ?? 0;
    if (cache < total * 0.3 || cache > total) {
      found.push(
        finding(
          settings,
          'effective_cache_size',
          'effective_cache_size',
          'notice',
          cache,
          total,
          `${Math.floor((total * 0.7) / MB)}MB`,
        ),
      );
    }
    const work = settings.number('work_mem') ?? 0;
    const connections = settings.number('max_connections') ?? 0;
    const factor = settings.number('hash_mem_multiplier') ?? 1;
    if (work * connections * factor > total * 4) found.push(tooMuchWork(settings, work, connections, total));
    const maintenance = settings.number('maintenance_work_mem') ?? 0;
    if (maintenance < 64 * MB) {
      found.push(
        finding(settings, 'maintenance_work_mem_small', 'maintenance_work_mem', 'notice', maintenance, total, '256MB'),
      );
    }
    return { found, facts: { machine: { memory_bytes: total, cpus: machine.cpus } } };
  },
};

function finding(
  settings: Settings,
  code: string,
  name: string,
  severity: Found['severity'],
  value: number,
  total: number,
  wanted: string,
  needsRestart = false,
): Found {
  const [now, all] = [size(value), size(total)];
  return settingFinding({
    code,
    severity,
    name,
    settings,
    title: words(`${name} не соответствует памяти сервера`, `${name} does not fit the machine's memory`),
    evidence: words(`${name} = ${now.ru}, памяти ${all.ru}`, `${name} = ${now.en}, the machine has ${all.en}`),
    advice: words(`Задайте около ${wanted} и проверьте под нагрузкой`, `Set about ${wanted} and watch it under load`),
    wanted,
    needsRestart,
  });
}

function tooMuchWork(settings: Settings, work: number, connections: number, total: number): Found {
  const [now, all] = [size(work), size(total)];
  return settingFinding({
    code: 'work_mem_large',
    severity: 'warning',
    name: 'work_mem',
    settings,
    title: words('work_mem может исчерпать память', 'work_mem may exhaust the memory'),
    evidence: words(
      `work_mem = ${now.ru} при max_connections = ${connections} и памяти ${all.ru}`,
      `work_mem = ${now.en} with max_connections = ${connections} and ${all.en} of memory`,
    ),
    advice: words(
      'Уменьшите work_mem для всех и задавайте больше только для отдельных ролей или запросов',
      'Lower work_mem for all, and raise it for single roles or statements only',
    ),
    wanted: `${Math.max(4, Math.floor(total / MB / Math.max(1, connections) / 4))}MB`,
  });
}
