import { z } from '@hono/zod-openapi';
import { detailRefusals } from '../../../http/detail-refusals.ts';
import { refusalsOf } from '../../../http/route-answers.ts';

const refusal = detailRefusals('Что не так и что изменить.');

const REFUSALS = {
  400: refusal(
    'Неверные данные или неактивная задача; ничего не сохранено.',
    'INVALID_CRON_SCHEDULE',
    'cron_schedule: нужно выражение cron, например "30 9 * * mon-fri"',
  ),
  401: refusal(
    'Нет токена, или он недействителен.',
    'UNAUTHENTICATED',
    'Нужен заголовок "Authorization: Bearer <токен>" с JWT или ключом API.',
  ),
  403: refusal('Не хватает роли.', 'FORBIDDEN', 'Для этого нужна роль operator.'),
  404: refusal('Задачи или выполнения нет.', 'TASK_NOT_FOUND', 'Задача 1 не найдена'),
  409: refusal(
    'Задача уже выполняется или тем временем изменилась.',
    'TASK_BUSY',
    'Задача уже выполняется. Дождитесь её завершения или поставьте её в очередь.',
  ),
  413: refusal('Тело слишком велико.', 'PAYLOAD_TOO_LARGE', 'Тело запроса слишком велико: можно до 1 МБ.'),
  429: refusal(
    'Слишком много запросов; см. Retry-After.',
    'RATE_LIMITED',
    'Больше 20 запросов в минуту нельзя: повторите через 12 с.',
  ),
  500: refusal(
    'Внутренняя ошибка сервера.',
    'INTERNAL',
    'Внутренняя ошибка сервера. В журнале её можно найти по X-Request-Id.',
  ),
  503: refusal(
    'Очередь (Temporal) или база данных не отвечает; ничего не сохранено.',
    'QUEUE_UNAVAILABLE',
    'Очередь задач недоступна (Temporal не отвечает), ничего не изменено. Повторите немного позже.',
  ),
} as const;

/** The documented refusals of a route, beside the ones that any request may meet. */
export const refusals = refusalsOf(REFUSALS);

const parameter = (name: string, description: string) =>
  z.string().openapi({ param: { name, in: 'path' }, type: 'integer', description, example: 1 });

export const taskParam = z.object({ task_id: parameter('task_id', 'ID задачи') });
export const executionParam = z.object({ execution_id: parameter('execution_id', 'ID выполнения') });
