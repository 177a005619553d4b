// `npm test`: installs what is missing, builds, and runs every check. Each check has a name and counts as one, each test
// of vitest counts as one. The last line is `N passed, N failed` (`, N skipped` where some were). Arguments go to vitest.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup } from '../build/setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['src', 'components', 'hooks', 'test', 'build', 'vitest.config.ts'];
/** A hung run must end some time, or nobody learns which test it was. */
const LIMIT_MS = 30 * 60_000;

/** Checks that look at the sources only; they run side by side. */
const STATIC = [
  ['format', 'node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ['types', 'node_modules/typescript/bin/tsc', '-p', '.'],
  [
    'lint',
    'node_modules/eslint/bin/eslint.js',
    '-c',
    'test/eslint.config.mjs',
    '--max-warnings=0',
    ...SOURCES,
  ],
];

/** Runs one of Node's programs. @returns its exit code and what it said; `show` says it as it comes */
function run(args, { show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
      timeout: LIMIT_MS,
    });
    let output = '';
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code, signal) => resolve({ code: code ?? `ended by ${signal}`, output }));
  });
}

const total = { passed: 0, failed: 0, skipped: 0 };

async function check(name, ...args) {
  const started = performance.now();
  const { code, output } = await run(args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  total[code === 0 ? 'passed' : 'failed']++;
  console.log(code === 0 ? `ok      ${name} (${seconds} s)` : `FAILED  ${name} (${seconds} s)\n${output}`);
}

/** What vitest's JSON report says; a test file that could not even be loaded is one failure. */
function count(report) {
  for (const file of report.testResults) {
    const states = file.assertionResults.map((result) => result.status);
    total.passed += states.filter((state) => state === 'passed').length;
    total.failed += states.filter((state) => state === 'failed').length;
    if (file.status === 'failed' && !states.includes('failed')) total.failed++;
    for (const result of file.assertionResults) {
      if (['passed', 'failed'].includes(result.status)) continue;
      total.skipped++;
      console.log(`skipped ${file.name.slice(root.length)} > ${result.fullName}`);
    }
  }
}

/** Fork bombs, full machines and what counts the tasks of the machine don't go side by side. */
const APART = ['test/adversaries/**', 'test/e2e/fullMachine.test.ts'];

async function vitest(...args) {
  const folder = mkdtempSync(join(tmpdir(), 'slotop-report-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await run(['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args], {
    show: true,
  });
  const failedBefore = total.failed;
  try {
    count(JSON.parse(readFileSync(report, 'utf8')));
  } catch (error) {
    console.log(`FAILED  vitest left no report: ${error.message}`);
    total.failed++;
  }
  rmSync(folder, { recursive: true, force: true });
  // An error outside of all tests (an unhandled rejection, a crash at the end) fails the run as well.
  if (code !== 0 && total.failed === failedBefore) {
    console.log(`FAILED  vitest (exit ${code})`);
    total.failed++;
  }
}

if (setup()) {
  total.passed++;
  console.log('ok      setup');
  await check('build', 'build/bundle.mjs');
  await Promise.all(STATIC.map((args) => check(...args)));
  const asked = process.argv.slice(2);
  if (asked.length > 0) await vitest(...asked);
  else {
    await vitest(...APART.flatMap((files) => ['--exclude', files]));
    await vitest(...APART.map((files) => files.replace('/**', '')));
  }
} else {
  total.failed++;
  console.log('FAILED  setup: npm ci did not succeed');
}
const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`;
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
