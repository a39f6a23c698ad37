/**
 * The whole of `npm test`: format, lint, types, unit, integration and architecture tests of every project.
 *
 * Results of projects that did not change come from the nx cache. The last line counts tests; each check that failed as a
 * whole (format, or a target that broke without a failing test) counts as one failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const environment = {
  ...process.env,
  NX_DAEMON: process.env.NX_DAEMON ?? 'false',
  FORCE_COLOR: '0',
};

/** Runs a package binary from the workspace and says whether it succeeded. */
function run(binary, args) {
  const { status } = spawnSync(process.execPath, [binary, ...args], {
    stdio: 'inherit',
    env: environment,
  });
  return status === 0;
}

/** The result files that the test targets have written. */
function resultFiles() {
  const projects = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(folder).map((project) => join(folder, project)),
  );
  return [...projects, 'tools']
    .map((project) => join(project, 'test-results.json'))
    .filter((file) => existsSync(file));
}

for (const file of resultFiles()) rmSync(file);

const checks = {
  format: run('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
  targets: run('node_modules/nx/dist/bin/nx.js', [
    'run-many',
    '-t',
    'lint',
    'typecheck',
    'test',
    '--parallel=2',
    '--outputStyle=static',
  ]),
};

let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of resultFiles()) {
  const results = JSON.parse(readFileSync(file, 'utf8'));
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  skipped += results.numPendingTests + results.numTodoTests;
  for (const suite of results.testResults) {
    if (
      suite.status === 'failed' &&
      suite.assertionResults.every((test) => test.status !== 'failed')
    ) {
      failed += 1;
    }
  }
}
const broken = Object.entries(checks).filter(
  ([name, ok]) => !ok && (name !== 'targets' || failed === 0),
);
for (const [name] of broken) process.stdout.write(`check failed: ${name}\n`);
failed += broken.length;
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
