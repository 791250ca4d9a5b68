import type { Failure } from '../../../../domain/execution.ts';
import { reworded, type Rewording } from './reworded.ts';

/** What reviews fail with (docs/reviews.md). What the reviewed database itself said stays as it said it. */
const SENTENCES: readonly Rewording[] = [
  [
    /^The review ran past its query_timeout of (\S+) s and was stopped; nothing was changed\.$/,
    'Проверка не уложилась в query_timeout ($1 с) и была остановлена; ничего не изменено.',
  ],
  [
    /^custom_sql needs a role that can only read, and there is none on this connection; nothing was run\.$/,
    'Для custom_sql нужна роль, которая может только читать, а на этом подключении её нет; ничего не выполнено.',
  ],
  [
    /^custom_sql holds no statement: .*; nothing was run\.$/,
    'custom_sql не содержит запроса: напишите запрос, который читает, например SELECT 1; ничего не выполнено.',
  ],
  [
    /^custom_sql may only read, and begins with (\S+): .*; nothing was run\.$/,
    'custom_sql может только читать, а начинается с $1: начните с SELECT, WITH, VALUES, TABLE, SHOW или EXPLAIN; ничего не выполнено.',
  ],
  [
    /^custom_sql sends more than (\S+) MB: .*; nothing was run\.$/,
    'custom_sql возвращает больше $1 МБ: выберите меньше строк или более короткие значения.',
  ],
  [/^The database refused custom_sql \((\S+)\): ([^]*)$/, 'База данных отклонила custom_sql ($1): $2'],
  [
    /^Connection (\d+) \(([^]*)\) can not be used \((.+?)\): ([^]*)\.$/,
    'Подключение $1 ($2) использовать нельзя ($3): $4.',
  ],
  [
    /^There is no connection (\d+); there are (.*)\. Add it to REVIEW_CONNECTIONS and restart the worker\.$/,
    'Подключения $1 больше нет; есть: $2. Добавьте его в REVIEW_CONNECTIONS и перезапустите исполнителя.',
  ],
  [/^The action ran past its timeout.*$/, 'Проверка не уложилась в отведённое время и была остановлена.'],
  [/^The execution was cancelled\.$/, 'Выполнение отменено.'],
  [/^The worker was lost.*$/, 'Исполнитель пропал, не сообщив результата.'],
  [/^The worker stopped during the action.*$/, 'Исполнитель был остановлен во время проверки.'],
];

/** Within a sentence about a connection. */
const REMEDIES: readonly Rewording[] = [
  [/unknown error/, 'неизвестная ошибка'],
  [/its host is not known: correct its address/, 'узел неизвестен, исправьте адрес'],
  [/its host can not be looked up: check the name service/, 'имя узла не удаётся определить, проверьте службу имён'],
  [/nothing listens there: .*(?=\.$)/, 'по этому адресу никто не отвечает, запустите сервер или исправьте адрес'],
  [/it does not answer: check the network and the firewall/, 'нет ответа, проверьте сеть и межсетевой экран'],
  [/the user or the password is wrong/, 'неверное имя пользователя или пароль'],
  [/the server does not let the user in: check pg_hba\.conf/, 'сервер не пускает пользователя, проверьте pg_hba.conf'],
  [/there is no such database/, 'такой базы данных нет'],
  [/the server has no connection free/, 'на сервере нет свободных подключений'],
  [/the server is starting or stopping/, 'сервер запускается или останавливается'],
  [/check its address and the server/, 'проверьте адрес и сервер'],
];

/** A failure in Russian; what nobody foresaw keeps its own words behind Russian ones. */
export function failureInRussian({ type, message }: Failure): string {
  const told = reworded(message, SENTENCES);
  if (told === null) return `Проверка завершилась с ошибкой (${type}): ${message}`;
  return type === 'ConnectionFailed' ? (reworded(told, REMEDIES) ?? told) : told;
}
