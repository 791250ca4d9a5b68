import type { Fault } from '../../../../domain/errors.ts';
import { CRON_FAULTS } from './cron-fault-words.ts';
import { reworded, type Rewording } from './reworded.ts';

/** What fields are refused for, by whoever checks them: bodies, queries, headers, the domain. */
const SENTENCES: readonly Rewording[] = [
  [/^is missing: it /, 'обязательное поле: '],
  [/^unknown field: remove it, or check its spelling$/, 'неизвестное поле: удалите его или проверьте написание'],
  [/^must be given once$/, 'укажите один раз'],
  [/must be text of (\d+) to (\d+) characters/, 'нужен текст от $1 до $2 символов'],
  [/must be text of at most (\d+) characters/, 'нужен текст не длиннее $1 символов'],
  [/^must be text$/, 'нужен текст'],
  [/must be true or false/, 'нужно true или false'],
  [/(?<=^|: )must be a whole number from (-?\d+) to (\d+)/, 'нужно целое число от $1 до $2'],
  [/^must be a whole number$/, 'нужно целое число'],
  [/^must be whole seconds$/, 'нужно целое число секунд'],
  [/^must be at least (\d+)$/, 'нужно не меньше $1'],
  [/^may be at most (\d+)$/, 'может быть не больше $1'],
  [/^may have at most (\d+) characters$/, 'может содержать не больше $1 символов'],
  [/^may not hold a NUL( character)?$/, 'не может содержать символ NUL'],
  [/^must name a table$/, 'нужно имя таблицы'],
  [/^must be one of: (.*) \(for (\w+)\)$/, 'для $2 допустимо одно из: $1'],
  [/must be one of: (.*)$/, 'допустимо одно из: $1'],
  [/must be an object with fields out of: (.*)$/, 'нужен объект с полями из списка: $1'],
  [/^must be the statement to run, .*$/, 'нужен запрос, например SELECT 1: без него custom_sql не бывает'],
  [/^Invalid input: expected array\b.*$/, 'нужен список'],
  [/^Invalid input: expected string\b.*$/, 'нужен текст'],
  [/^Invalid input: expected object\b.*$/, 'нужен объект'],
  [/^Too big: expected .*?([\d.]+).*$/, 'может быть не больше $1'],
  [
    /^there is no connection (\d+); there are (.*)\. To add one, write it to REVIEW_CONNECTIONS .*$/,
    'подключения $1 нет; есть: $2. Чтобы добавить подключение, опишите его в REVIEW_CONNECTIONS',
  ],
  [
    /^must be application\/json for this body; none is given$/,
    'для этого тела нужен application/json, а тип не указан',
  ],
  [/^must be application\/json for this body; it is ("[^]*")$/, 'для этого тела нужен application/json, а указан $1'],
  [/^is nested more than (\d+) levels deep$/, 'вложенность больше $1 уровней'],
  [/^is nested too deeply$/, 'вложенность слишком велика'],
  [/^is not JSON: [^]*$/, 'это не JSON: проверьте кавычки, запятые и скобки'],
  [/^must be 1 to 255 visible ASCII characters$/, 'нужно от 1 до 255 видимых символов ASCII'],
  [
    /^must be an ISO date (such as|or time, such as) [^]*$/,
    'нужна дата ISO, например 2025-03-12, или время, например 2025-03-12T15:10:30Z',
  ],
  [/^must not be later than end \(([^]*)\): swap them$/, 'не может быть позже end ($1): поменяйте их местами'],
  [/^to end holds no past fire time .*$/, 'до end нет прошедших запусков задачи: выберите другой промежуток'],
  [/^to end holds no missed fire time .*$/, 'до end нет упущенных запусков задачи: выберите другой промежуток'],
  [
    /^leaves too many fire times: at most (\d+) can be run at once.*$/,
    'слишком много запусков: за раз можно выполнить не больше $1, выберите промежуток короче',
  ],
  [
    /^is missing: give an expression such as ("[^"]*"), or the task_id .*$/,
    'обязательное поле: дайте выражение, например $1, или task_id сохранённой задачи',
  ],
  [/^takes none: leave it out$/, 'тела не нужно: уберите его'],
];

const CYRILLIC = /[а-яё]/i;

/** One fault, `field: sentence`. A sentence that is not known here is not shown in English but told in general. */
export function faultInRussian({ path, message }: Fault): string {
  const first = reworded(message, SENTENCES) ?? message;
  const told = CYRILLIC.test(withoutQuotes(first)) ? first : (reworded(first, CRON_FAULTS) ?? first);
  const words = CYRILLIC.test(withoutQuotes(told)) ? told : 'недопустимое значение';
  return path === '' ? words : `${path}: ${words}`;
}

/** What a user wrote is quoted, in whatever language it is. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
}
