import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { beforeEach, expect, test } from 'vitest';
import { clearReports, readReports, summarize } from '../src/test-reports.js';

let root: string;

beforeEach(() => {
  root = temporaryFolder();
});

test('passed, failed and skipped tests of all packages are counted, the last line says how many', () => {
  writePackage(
    'packages/format',
    report([passed('reads'), passed('writes'), failed('closes', 'Error: still open\n at x')]),
  );
  writePackage('tools/layers', report([skipped('sees cycles (needs madge)')]));
  expect(summarize(readReports(root))).toBe(
    [
      'skipped: test/a.test.ts: sees cycles (needs madge)',
      'failed: test/a.test.ts: closes (Error: still open)',
      '2 passed, 1 failed, 1 skipped',
    ].join('\n'),
  );
});

test('without skips the last line does not speak of them', () => {
  writePackage('packages/format', report([passed('reads')]));
  expect(summarize(readReports(root))).toBe('1 passed, 0 failed');
});

test('a package whose tests left no report has failed', () => {
  writePackage('packages/format', report([passed('reads')]));
  clearReports(root);
  expect(readReports(root)).toEqual([
    { name: 'packages/format', state: 'failed', reason: 'no test report was written' },
  ]);
});

test('a package that says it has tests and has none has failed', () => {
  writePackage('packages/format', { success: false, testResults: [] });
  expect(readReports(root)).toEqual([{ name: 'packages/format', state: 'failed', reason: 'there is no test' }]);
});

test('a package without a test script is not expected to report', () => {
  writePackage('packages/format', undefined, {});
  expect(summarize(readReports(root))).toBe('0 passed, 0 failed');
});

test('a file that cannot be loaded has failed, and so has one whose hook threw', () => {
  const unloaded = {
    name: join(root, 'test/b.test.ts'),
    status: 'failed',
    message: 'No such module\nat x',
    assertionResults: [],
  };
  const hook = {
    name: join(root, 'test/c.test.ts'),
    status: 'failed',
    message: 'afterAll',
    assertionResults: [passed('c')],
  };
  writePackage('packages/format', { success: false, testResults: [unloaded, hook] });
  expect(readReports(root)).toEqual([
    { name: 'test/b.test.ts', state: 'failed', reason: 'No such module' },
    { name: 'test/c.test.ts: c', state: 'passed' },
    { name: 'test/c.test.ts', state: 'failed', reason: 'afterAll' },
  ]);
});

test('a run that failed outside of every test has failed', () => {
  writePackage('packages/format', { ...report([passed('reads')]), success: false });
  expect(summarize(readReports(root))).toMatch(/^failed: packages\/format .*\n1 passed, 1 failed$/);
});

function writePackage(path: string, content: object | undefined, scripts: object = { test: 'vitest run' }): void {
  mkdirSync(join(root, path, 'reports'), { recursive: true });
  writeFileSync(join(root, path, 'package.json'), JSON.stringify({ scripts }));
  if (content !== undefined) writeFileSync(join(root, path, 'reports/vitest.json'), JSON.stringify(content));
}

interface Result {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages?: string[];
}

function report(assertionResults: Result[]): object {
  const success = assertionResults.every(({ status }) => status !== 'failed');
  const status = success ? 'passed' : 'failed';
  return { success, testResults: [{ name: join(root, 'test/a.test.ts'), status, message: '', assertionResults }] };
}

function passed(fullName: string): Result {
  return { fullName, status: 'passed' };
}

function failed(fullName: string, message: string): Result {
  return { fullName, status: 'failed', failureMessages: [message] };
}

function skipped(fullName: string): Result {
  return { fullName, status: 'skipped' };
}
