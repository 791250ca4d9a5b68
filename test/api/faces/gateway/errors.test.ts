import { describe, expect, it } from 'vitest';
import { errors, renderError } from '../../../../api/faces/gateway/errors.ts';
import { DomainError, ERROR_CODES, type ErrorCode } from '../../../../domain/errors.ts';

const AT = Date.parse('2025-03-12T15:10:30.5Z');
const render = (code: ErrorCode, details: object = {}) =>
  renderError(new DomainError(code, 'Words.', { ...details }), errors[code], AT);

describe('the error envelope', () => {
  it.each(ERROR_CODES)('words %s [G-332..G-336]', (code) => {
    const body = render(code);
    expect(body).toMatchObject({ success: false, message: 'Words.', code, timestamp: '2025-03-12T15:10:30Z' });
    expect(body['error']).toMatch(/^[A-Z][a-z ]+$/);
    expect(errors[code].status).toBeGreaterThanOrEqual(400);
    expect(errors[code].status).not.toBe(422);
  });

  it.each([
    ['SCHEDULE_CONFLICT', 400],
    ['INVALID_CRON_EXPRESSION', 400],
    ['JOB_NOT_FOUND', 404],
    ['MAX_JOBS_EXCEEDED', 409],
    ['RESOURCE_LIMIT_EXCEEDED', 409],
    ['ACTION_NOT_SUPPORTED', 400],
    ['EXECUTION_TIMEOUT', 409],
    ['DEPENDENCY_FAILED', 409],
    ['UNAUTHENTICATED', 401],
    ['FORBIDDEN', 403],
    ['PAYLOAD_TOO_LARGE', 413],
    ['RATE_LIMITED', 429],
    ['ENGINE_UNAVAILABLE', 503],
  ] as const)('answers %s with %i [G-337..G-344]', (code, status) => {
    expect([errors[code].status, errors[code].word]).toEqual([status, code]);
  });

  it('words a conflict as documented, with the jobs in conflict [G-072, G-074..G-077]', () => {
    const conflicts = [{ job_id: 'job_001', job_name: 'Modbus Poll', conflict_period: '01:00-01:05' }];
    expect(render('SCHEDULE_CONFLICT', { conflicts })).toMatchObject({
      error: 'Invalid schedule',
      code: 'SCHEDULE_CONFLICT',
      conflicts,
    });
  });

  it('lets no detail stand in for the envelope', () => {
    expect(render('INTERNAL', { success: true, code: 'FINE', message: 'all well' })).toMatchObject({
      success: false,
      code: 'INTERNAL',
      message: 'Words.',
    });
  });
});
