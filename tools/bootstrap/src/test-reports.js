// The test reports of all packages, summed up.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * @typedef {object} TestResult
 * @property {string} name file and test, or the check
 * @property {'passed' | 'failed' | 'skipped'} state
 * @property {string} [reason] the first line of the failure
 */

/**
 * What vitest's JSON reporter writes, as far as it is read here.
 *
 * @typedef {object} VitestReport
 * @property {{
 *   name: string,
 *   status: string,
 *   message: string,
 *   assertionResults: {
 *     fullName: string,
 *     status: string,
 *     failureMessages: string[],
 *   }[],
 * }[]} testResults
 * @property {boolean} success
 */

const REPORT = 'reports/vitest.json';

/**
 * The workspace packages that have tests.
 *
 * @param {string} root
 */
function testedPackages(root) {
  return ['packages', 'tools', 'examples']
    .map((group) => join(root, group))
    .filter(existsSync)
    .flatMap((group) => readdirSync(group).map((name) => join(group, name)))
    .filter((folder) => {
      const manifest = join(folder, 'package.json');
      return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).scripts?.test !== undefined;
    });
}

/**
 * Removes the reports of earlier runs, so that a package whose tests never started is seen. A cached run puts its report
 * back.
 *
 * @param {string} root
 */
export function clearReports(root) {
  for (const folder of testedPackages(root)) rmSync(join(folder, REPORT), { force: true });
}

/**
 * The results of every package; one without a report counts as failed.
 *
 * @param {string} root
 * @returns {TestResult[]}
 */
export function readReports(root) {
  return testedPackages(root).flatMap((folder) => {
    const report = join(folder, REPORT);
    const name = relative(root, folder);
    if (existsSync(report)) return parseReport(JSON.parse(readFileSync(report, 'utf8')), root, name);
    return [{ name, state: 'failed', reason: 'no test report was written' }];
  });
}

/**
 * @param {VitestReport} report
 * @param {string} root
 * @param {string} packagePath
 * @returns {TestResult[]}
 */
function parseReport(report, root, packagePath) {
  const results = report.testResults.flatMap((file) => parseFile(file, relative(root, file.name)));
  if (!report.success && results.every(({ state }) => state !== 'failed')) {
    const reason = results.length === 0 ? 'there is no test' : 'the run failed outside of every test';
    results.push({ name: packagePath, state: 'failed', reason });
  }
  return results;
}

/**
 * @param {VitestReport['testResults'][number]} file
 * @param {string} path
 * @returns {TestResult[]}
 */
function parseFile(file, path) {
  /** @type {TestResult[]} */
  const results = file.assertionResults.map((test) => {
    const name = `${path}: ${test.fullName}`;
    if (test.status === 'passed') return { name, state: 'passed' };
    if (test.status === 'failed') return { name, state: 'failed', reason: firstLine(test.failureMessages[0]) };
    return { name, state: 'skipped' };
  });
  // A file that could not be loaded has no tests, and a hook that threw fails no test of its own.
  if (file.status === 'failed' && results.every(({ state }) => state !== 'failed')) {
    results.push({ name: path, state: 'failed', reason: firstLine(file.message) });
  }
  return results;
}

/** @param {string} [text] */
function firstLine(text = '') {
  return text.split('\n', 1)[0] ?? '';
}

/**
 * The skips and failures by name (that of a skipped test says why), then `N passed, N failed` with `, N skipped` where there are any.
 *
 * @param {TestResult[]} results
 */
export function summarize(results) {
  const of = (/** @type {TestResult['state']} */ state) => results.filter((result) => result.state === state);
  const [passed, failed, skipped] = [of('passed'), of('failed'), of('skipped')];
  const lines = [...skipped, ...failed].map(
    ({ name, state, reason }) => `${state}: ${name}${reason ? ` (${reason})` : ''}`,
  );
  const counts = [`${passed.length} passed`, `${failed.length} failed`];
  if (skipped.length > 0) counts.push(`${skipped.length} skipped`);
  return [...lines, counts.join(', ')].join('\n');
}
