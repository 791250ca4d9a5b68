/**
 * The closing lines of a test run: what was skipped and how to get what it needs, then `N passed, N failed`.
 * `report` is vitest's JSON report, `code` its exit code. A test file that could not be loaded counts as one failure;
 * so does a run that vitest calls failed for another reason, or in which nothing ran.
 */
export function closingLines(report, code) {
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const passed = tests.filter((test) => test.status === 'passed').length;
  const skipped = tests.filter((test) => !['passed', 'failed'].includes(test.status));
  const broken = files.filter((file) => file.status === 'failed' && !file.assertionResults.some(isFailed));
  let failed = tests.filter(isFailed).length + broken.length;
  const lines = broken.map((file) => `could not be run: ${file.name}: ${file.message}`);
  if (failed === 0 && (code !== 0 || passed === 0)) {
    failed = 1;
    lines.push(code !== 0 ? `vitest ended with code ${code}: see its errors above` : 'no test ran');
  }
  lines.push(...skippedLines(skipped));
  const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  return { lines: [...lines, `${passed} passed, ${failed} failed${tail}`], failed };
}

function isFailed(test) {
  return test.status === 'failed';
}

/** By need, as the test itself names it (`needs` in test/support). */
function skippedLines(skipped) {
  return [...grouped(skipped)].flatMap(([need, tests]) => [
    `skipped, ${need}:`,
    ...tests.map((test) => `  ${test.fullName}`),
  ]);
}

function grouped(skipped) {
  const groups = new Map();
  for (const test of skipped) groups.set(needOf(test), [...(groups.get(needOf(test)) ?? []), test]);
  return groups;
}

function needOf(test) {
  return test.meta?.needs ?? 'for no reason given';
}
