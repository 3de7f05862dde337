/**
 * Sums vitest's own JSON reports and prints `tests: N passed, N failed, N skipped` as its last line.
 * A report that is missing or not JSON, and a test file that could not be loaded, each count as one failure:
 * what did not run must not look like success. Each failed test is named before that line, with its reason: whoever reads
 * the end of a long log must not search for it. Exits with 1 unless something passed and nothing failed.
 *
 * Usage: node .ci/count.mjs report.json...
 */

import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const LONGEST_REASON = 1500;

/** Counts of one report; `name` is only for the complaint about a report that cannot be read. */
function count(name) {
  try {
    const { testResults, success } = JSON.parse(readFileSync(name, 'utf8'));
    const statuses = testResults.flatMap((file) => file.assertionResults.map((one) => one.status));
    const unloaded = testResults.filter((file) => file.status === 'failed' && !hasFailure(file));
    for (const file of unloaded) console.log(`${file.name}: ${file.message || 'could not be run'}`);
    for (const line of testResults.flatMap(failuresOf)) console.log(line);
    const passed = statuses.filter((status) => status === 'passed').length;
    const failed = statuses.filter((status) => status === 'failed').length + unloaded.length;
    const unexplained = failed === 0 && success !== true;
    if (unexplained) console.log(`${name}: the run failed outside its tests`);
    return {
      passed,
      failed: failed + Number(unexplained),
      skipped: statuses.filter((status) => status !== 'passed' && status !== 'failed').length,
    };
  } catch (error) {
    console.log(`${name}: no report to count (${error instanceof Error ? error.message : String(error)})`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Lines that name a file's failed tests, with the beginning of what each said. */
function failuresOf({ name, assertionResults }) {
  return assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => {
      const reason = stripVTControlCharacters(failureMessages?.join('\n') ?? '').slice(0, LONGEST_REASON);
      return `${name}: ${fullName}\n  ${reason.replaceAll('\n', '\n  ')}`;
    });
}

function hasFailure(file) {
  return file.assertionResults.some((one) => one.status === 'failed');
}

const total = { passed: 0, failed: 0, skipped: 0 };
for (const { passed, failed, skipped } of process.argv.slice(2).map(count)) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
console.log(`tests: ${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
