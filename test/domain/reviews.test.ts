import { describe, expect, it } from 'vitest';
import { describeAction, isQuick, needsAdmin, parseAction, surroundingsFault } from '../../domain/actions/index.ts';
import { ANALYSIS_TARGETS, LEGAL_TARGETS, TASK_TYPES } from '../../domain/actions/review.ts';
import { compare } from '../../domain/reviews/compare.ts';
import type { Finding } from '../../domain/reviews/finding.ts';
import { renderHtml } from '../../domain/reviews/render-html.ts';
import { renderMarkdown } from '../../domain/reviews/render-markdown.ts';
import type { ReviewReport } from '../../domain/reviews/report.ts';
import { byGravity, countsOf, scoreOf } from '../../domain/reviews/score.ts';

const NOTHING = { relays: [], ruleNodes: [], functions: [] };
const review = (more: object) => ({ type: 'review', task_type: 'config_check', ...more });

describe('the action review [R-006, R-007, R-011..R-016]', () => {
  it("is kept with the document's defaults", () => {
    const kept = parseAction(review({}));
    expect(kept).toEqual({
      type: 'review',
      task_type: 'config_check',
      connection_id: 1,
      analysis_target: null,
      custom_sql: null,
      target_tables: null,
      query_timeout: 300,
      output_format: 'json',
      detailed_analysis: true,
      language: 'ru',
    });
    expect(parseAction(kept)).toEqual(kept);
    expect([isQuick(kept), needsAdmin(kept), describeAction(kept)]).toEqual([
      false,
      false,
      'config check of connection 1',
    ]);
  });

  it.each(TASK_TYPES.flatMap((task) => ANALYSIS_TARGETS.map((target) => [task, target] as const)))(
    'takes the pair %s and %s only where it is legal',
    (task_type, analysis_target) => {
      const parse = () => parseAction(review({ task_type, analysis_target, custom_sql: 'select 1' }));
      if (LEGAL_TARGETS[task_type].includes(analysis_target)) expect(parse()).toMatchObject({ analysis_target });
      else expect(parse).toThrow(`analysis_target: must be one of: ${LEGAL_TARGETS[task_type].join(', ')}`);
    },
  );

  it.each([
    [{ task_type: 'vacuum' }, 'task_type: must be one of: log_analysis'],
    [{ task_type: 'custom_sql' }, 'custom_sql: must be the statement to run'],
    [{ task_type: 'custom_sql', custom_sql: '  ' }, 'custom_sql: must be the statement to run'],
    [{ custom_sql: 'a\0b' }, 'custom_sql: may not hold a NUL'],
    [{ query_timeout: 0 }, 'query_timeout: must be at least 1'],
    [{ query_timeout: 3601 }, 'query_timeout: may be at most 3600'],
    [{ output_format: 'pdf' }, 'output_format: must be one of: json, markdown, html'],
    [{ language: 'de' }, 'language: must be one of: ru, en'],
    [{ target_tables: [''] }, 'target_tables.0: must name a table'],
    [{ connection_id: 0 }, 'connection_id: must be at least 1'],
    [{ detailed_analysis: 'yes' }, 'detailed_analysis: must be true or false'],
    [{ surprise: 1 }, 'surprise: unknown field'],
  ])('refuses %j', (more, message) => {
    expect(() => parseAction(review(more))).toThrow(message);
  });

  it('is refused for a connection that there is not', () => {
    expect(surroundingsFault(parseAction(review({})), NOTHING)).toBeNull();
    expect(surroundingsFault(parseAction(review({ connection_id: 2 })), NOTHING)).toContain('there is no connection 2');
    const configured = { ...NOTHING, reviewConnections: [1, 2] };
    expect(surroundingsFault(parseAction(review({ connection_id: 2 })), configured)).toBeNull();
  });
});

function finding(code: string, severity: Finding['severity'], measure: number | null = null): Finding {
  return { code, severity, object: null, title: code, evidence: 'e', recommendation: 'r', sql: null, measure };
}

describe('findings', () => {
  it('are scored and ordered by gravity', () => {
    const findings = [
      finding('b', 'notice'),
      finding('c', 'warning', 1),
      finding('d', 'warning', 2),
      finding('a', 'critical'),
    ];
    expect(scoreOf(countsOf(findings))).toBe(100 - 20 - 10 - 1);
    expect(scoreOf(countsOf([]))).toBe(100);
    expect(scoreOf({ critical: 9, warning: 9, notice: 9 })).toBe(0);
    expect(byGravity(findings).map(({ code }) => code)).toEqual(['a', 'd', 'c', 'b']);
  });

  it('are compared: new, gone, worse, better, and those that hardly moved', () => {
    const then = [
      finding('gone', 'notice'),
      finding('worse', 'warning', 100),
      finding('graver', 'notice'),
      finding('better', 'warning', 100),
      finding('same', 'warning', 100),
    ];
    const now = [
      finding('new', 'notice'),
      finding('worse', 'warning', 150),
      finding('graver', 'critical'),
      finding('better', 'warning', 50),
      finding('same', 'warning', 110),
    ];
    const earlier = { execution_id: 'x', reviewed_at: 't', score: 80, findings: then };
    expect(compare(now, 70, [earlier], 10)).toEqual({
      previous: { execution_id: 'x', reviewed_at: 't', score: 80 },
      trend: 'worse',
      new: ['new'],
      gone: ['gone'],
      worse: ['worse', 'graver'],
      better: ['better'],
      history: [{ reviewed_at: 't', score: 80 }],
    });
    expect(compare(now, 90, [earlier], 10).trend).toBe('better');
    expect(compare(now, 80, [], 10).trend).toBe('first');
  });
});

describe('a document', () => {
  const report: ReviewReport = {
    task_type: 'custom_sql',
    analysis_target: null,
    detailed_analysis: true,
    language: 'ru',
    output_format: 'html',
    connection: { id: 2, name: '<b>&"shop"' },
    database: 'd',
    server_version: '18.4',
    role: 'r',
    reviewed_at: '2026-11-21T00:00:00.000Z',
    score: null,
    summary: 's',
    counts: { critical: 0, warning: 0, notice: 0 },
    findings: [],
    findings_left_out: 0,
    missing: [{ what: 'm', sql: 'select `a` ``` b' }],
    comparison: compare([], null, [], 10),
    facts: {},
    rows: {
      columns: [{ name: 'a|b', type: 'text' }],
      rows: [['<script>alert(1)</script>'], [null]],
      row_count: 2,
      truncated: true,
    },
  };

  it('lets nothing of what was read become markup', () => {
    const html = renderHtml(report);
    expect(html).not.toContain('<script>');
    expect(html).not.toContain('<b>&"');
    expect(html).toContain('<td>&lt;script&gt;alert(1)&lt;/script&gt;</td>');
    expect(html).toContain('показаны не все строки');
    const markdown = renderMarkdown(report);
    expect(markdown).toContain('| a\\|b |');
    expect(markdown).toContain('\\<script\\>');
    expect(markdown).toContain('````sql\nselect `a` ``` b\n````');
  });
});
