import { DomainError, type ErrorCode, type Fault } from '../../../../domain/errors.ts';
import { faultInRussian } from './fault-words.ts';

type Sentence = (error: DomainError) => string;

/** Fields that are wrong, each with its name; without any the refusal is about the request as a whole. */
const ofFaults =
  (otherwise: string): Sentence =>
  ({ details }) => {
    const faults = details['faults'] as readonly Fault[] | undefined;
    return faults === undefined ? otherwise : faults.map(faultInRussian).join('; ');
  };

/** The id that a refusal names, as it was asked for. */
const idIn = ({ message }: DomainError) => /^(?:Job|Execution) (\d+|"(?:[^"\\]|\\.)*") /.exec(message)?.[1];
const number = (value: unknown) => (typeof value === 'number' ? String(value) : '?');

const UNAUTHENTICATED: Readonly<Record<string, string>> = {
  missing: 'Нужен заголовок "Authorization: Bearer <токен>" с JWT или ключом API.',
  scheme: 'Заголовок Authorization должен выглядеть так: "Bearer <токен>", с одним JWT или ключом API.',
  expired: 'Срок действия токена или ключа истёк: получите новый.',
  revoked: 'Ключ API отозван: попросите новый.',
  api_key: 'Такого ключа API нет: проверьте, что он скопирован целиком.',
};

/** Every refusal in Russian (reviewer.txt; DECISIONS section 9). */
const SENTENCES: Readonly<Record<ErrorCode, Sentence>> = {
  INVALID_INPUT: ofFaults('Запрос составлен неверно: проверьте его по описанию API.'),
  INVALID_SCHEDULE: ofFaults('Расписание задано неверно.'),
  INVALID_CRON_EXPRESSION: ofFaults('Выражение cron задано неверно.'),
  INVALID_ACTION: ofFaults('Параметры задачи заданы неверно.'),
  ACTION_NOT_SUPPORTED: ofFaults('Такие задачи не поддерживаются.'),
  UNAUTHENTICATED: ({ details }) =>
    UNAUTHENTICATED[String(details['reason'])] ?? 'Токен недействителен: получите новый и передайте его целиком.',
  FORBIDDEN: ({ details }) => {
    const role = details['required_role'];
    return typeof role === 'string' ? `Для этого нужна роль ${role}.` : 'На это нет прав.';
  },
  COMMAND_NOT_ALLOWED: () => 'Эта команда не разрешена.',
  JOB_NOT_FOUND: (error) => `Задача ${idIn(error) ?? ''} не найдена`.replace('  ', ' '),
  EXECUTION_NOT_FOUND: (error) => `Выполнение ${idIn(error) ?? ''} не найдено`.replace('  ', ' '),
  NOT_FOUND: () => 'По этому адресу ничего нет: все адреса перечислены в /docs.',
  METHOD_NOT_ALLOWED: ({ details }) => {
    const allow = Array.isArray(details['allow']) ? details['allow'].join(', ') : '';
    return `Этот адрес принимает только ${allow}.`;
  },
  JOB_BUSY: () => 'Задача уже выполняется. Дождитесь её завершения или поставьте её в очередь.',
  JOB_DISABLED: () => 'Задача неактивна: включите её (is_active: true).',
  JOB_PROTECTED: () => 'Задача защищена от этого действия.',
  EXECUTION_FINISHED: () => 'Выполнение уже завершено.',
  DUPLICATE: () => 'Такое уже есть.',
  DEPENDENCY_CYCLE: () => 'Получился бы круг из задач, которые ждут друг друга.',
  DEPENDENCY_FAILED: () => 'Задача, от которой зависит эта, завершилась не так, как нужно.',
  EXECUTION_TIMEOUT: () => 'Выполнение не остановилось вовремя. Повторите попытку.',
  SCHEDULE_CONFLICT: () => 'Расписание задачи противоречит расписанию другой.',
  MAX_JOBS_EXCEEDED: () => 'Задач уже столько, сколько разрешено.',
  RESOURCE_LIMIT_EXCEEDED: ({ details }) =>
    `Выполняется задач: ${number(details['running'])}, больше ${number(details['limit'])} нельзя. ` +
    'Повторите позже или поставьте задачу в очередь.',
  PRECONDITION_FAILED: ({ details }) =>
    `Тем временем задача изменилась: прочтите её заново (её ETag теперь ${String(details['etag'])}) и повторите изменение.`,
  IDEMPOTENCY_IN_FLIGHT: () => 'Первый запрос с этим Idempotency-Key ещё выполняется: повторите немного позже.',
  IDEMPOTENCY_MISMATCH: () => 'Этот Idempotency-Key уже был у другого запроса: для каждого нужен новый.',
  PAYLOAD_TOO_LARGE: ({ details }) => {
    const bytes = details['limit_bytes'];
    return `Тело запроса слишком велико${typeof bytes === 'number' ? `: можно до ${bytes / 1_048_576} МБ` : ''}.`;
  },
  RATE_LIMITED: ({ details }) =>
    `Больше ${number(details['limit'])} запросов в минуту нельзя: повторите через ${number(details['retry_after_seconds'])} с.`,
  ENGINE_UNAVAILABLE: () =>
    'Очередь задач недоступна (Temporal не отвечает), ничего не изменено. Повторите немного позже.',
  DATABASE_UNAVAILABLE: () => 'База данных сейчас не отвечает: повторите через несколько секунд.',
  INTERNAL: () => 'Внутренняя ошибка сервера. В журнале её можно найти по X-Request-Id.',
};

/** The same refusal in Russian: the sentence, and those of its fields. */
export function refusalInRussian(error: DomainError): DomainError {
  const { details } = error;
  const faults = details['faults'] as readonly Fault[] | undefined;
  const told = faults?.map((fault) => ({
    path: fault.path,
    message: faultInRussian({ path: '', message: fault.message }),
  }));
  const words = SENTENCES[error.code](error);
  return new DomainError(error.code, words, told === undefined ? details : { ...details, faults: told });
}
