// Adds up Vitest's JSON reports and ends a CI run: `N passed, N failed`. A test that was skipped has not passed, a step
// that failed without a failing test counts as one failure, and a run without tests is a failure.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, failedSteps] = process.argv.slice(2);
const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
const sum = (key) => reports.reduce((total, report) => total + report[key], 0);

const passed = sum('numPassedTests');
const skipped = sum('numPendingTests') + sum('numTodoTests');
let failed = sum('numFailedTests') + skipped;
if (skipped > 0) console.log(`${skipped} skipped tests count as failed`);
if (failed === 0) failed = Number(failedSteps);
if (passed === 0) failed = Math.max(failed, 1);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
