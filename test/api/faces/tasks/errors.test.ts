import { describe, expect, it } from 'vitest';
import { errors, renderError } from '../../../../api/faces/tasks/errors.ts';
import { DomainError, ERROR_CODES, invalid, type ErrorCode } from '../../../../domain/errors.ts';

const render = (code: ErrorCode, message = 'Words.', details: object = {}) =>
  renderError(new DomainError(code, message, { ...details }), errors[code], 0);

describe('a refusal', () => {
  it.each(ERROR_CODES)('words %s as {"error": {"code", "message", "details"}}', (code) => {
    expect(render(code)).toEqual({ error: { code: errors[code].word, message: 'Words.', details: {} } });
    expect([400, 401, 403, 404, 405, 409, 413, 429, 500, 503]).toContain(errors[code].status);
    expect(errors[code].word).not.toMatch(/JOB/);
  });

  it('names each faulty field, and keeps what programs need', () => {
    const error = invalid('INVALID_INPUT', [{ path: 'priority', message: 'must be "high"' }]);
    expect(renderError(error, errors.INVALID_INPUT, 0)).toEqual({
      error: {
        code: 'INVALID_INPUT',
        message: 'priority: must be "high"',
        details: { fields: [{ field: 'priority', message: 'must be "high"' }] },
      },
    });
    expect(render('DEPENDENCY_CYCLE', 'x', { path: ['a', 'b', 'a'] })).toMatchObject({
      error: { details: { path: ['a', 'b', 'a'] } },
    });
  });

  it('calls a task a task, and leaves what a user wrote', () => {
    expect(render('JOB_NOT_FOUND', 'Job x does not exist; list the jobs.')).toMatchObject({
      error: { code: 'TASK_NOT_FOUND', message: 'Task x does not exist; list the tasks.' },
    });
    expect(render('DUPLICATE', '"my job" waits for "the job"')).toMatchObject({
      error: { message: '"my job" waits for "the job"' },
    });
  });

  it.each([
    ['DEPENDENCY_CYCLE', 409],
    ['DUPLICATE', 409],
    ['JOB_NOT_FOUND', 404],
    ['RATE_LIMITED', 429],
    ['ENGINE_UNAVAILABLE', 503],
  ] as const)('answers %s with %i', (code, status) => expect(errors[code].status).toBe(status));
});
