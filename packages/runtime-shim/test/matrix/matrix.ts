import { basename, join } from 'node:path';
import { describeWith, sharedFolder, testWith } from '@appimage-js/testing';
import { beforeAll, describe, expect, onTestFinished } from 'vitest';
import type { Finished } from '../native/run.ts';
import { readReport, wayOf } from './application-report.ts';
import { BASE, type Column, type Outcome, outcomeOf, type Runs, runs } from './host-condition.ts';
import {
  type HostStage,
  IMAGE,
  leftovers,
  processesLeft,
  setUpHost,
  startImage,
  userNamespaceOf,
} from './host-stage.ts';
import { groups } from './hosts/index.ts';
import { CONTENT, type Format, PLAIN, writeImages } from './images.ts';
import { compilers } from './static-program.ts';

const STATUS = 42;
/** How long a runtime may take to clean up, in milliseconds: long enough for any machine that is slow and not broken. */
const PATIENCE = 60_000;
const LINE = "the application's own line\n";
const oddArguments = [
  '',
  'two words',
  'quo\'te"s',
  '*',
  '--',
  '--appimage-help',
  'line\nbreak',
  'ünïcödé',
  '$HOME `id`',
];

/** One column of the matrix: every row is a test. */
export function describeColumn(format: Format): void {
  describeWith(['root', 'unshare', 'nsenter', 'setpriv', 'mksquashfs', ...compilers], `${format.name} starts`, () => {
    const folder = sharedFolder();
    beforeAll(async () => await writeImages(folder, format));
    for (const { title, hosts } of groups) {
      describe(title, () => {
        for (const [index, host] of hosts.entries()) {
          const outcome = outcomeOf(host, format.name);
          const name = `${host.name}: ${runs(outcome) ? `by ${outcome.by}` : 'says what to do'}`;
          const word = `${title.replaceAll(' ', '-')}-${index}.`;
          testWith(host.needs ?? [], name, async () => {
            await check(await setUpHost(host, folder), outcome, `${basename(folder)}-${word}`, format.name);
          });
        }
      });
    }
  });
}

async function check(stage: HostStage, outcome: Outcome, word: string, column: Column): Promise<void> {
  const { host } = stage;
  onTestFinished(() => {
    for (const pid of processesLeft(stage, word)) process.kill(pid, 'SIGKILL');
  });
  const path = (name: string): string => `${BASE.folder}/report/${name}`;
  const before = host.nested ? [path(`${word}-outer`), 'inner', path(word)] : [path(word)];
  const start = async (...how: readonly string[]) => await startImage(stage, [...before, ...how]);
  const result = await start('exit', `${STATUS}`, ...oddArguments);
  if (runs(outcome)) {
    const line = host.closed?.includes(1) ? '' : LINE;
    expect(ending(result)).toEqual({ stderr: outcome.stderr ?? '', stdout: line, status: STATUS, signal: null });
    judge(stage, outcome, word);
    if (host.mortal !== false) expect(await start('signal', '15')).toMatchObject({ signal: 'SIGTERM' });
  } else {
    expect(ending(result)).toEqual({
      status: outcome.status,
      signal: null,
      stdout: '',
      stderr: expect.stringMatching(inAnyOrder(outcome.says)),
    });
  }
  await cleanedUp(stage, word, outcome, column);
}

/** What is compared, and shown where it differs. */
function ending({ status, signal, stdout, stderr }: Finished): Omit<Finished, 'pid'> {
  return { status, signal, stdout, stderr };
}

function inAnyOrder(parts: readonly string[]): RegExp {
  return new RegExp(parts.map((part) => `(?=.*${part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')})`).join(''), 's');
}

function judge(stage: HostStage, outcome: Runs, word: string): void {
  const { host, folder } = stage;
  const report = readReport(join(folder, 'report', word));
  expect(report.arguments).toEqual(oddArguments);
  const outer = host.nested ? readReport(join(folder, 'report', `${word}-outer`)).fields.get('APPDIR') : undefined;
  const appImage = outer === undefined ? (host.resolved ?? host.image ?? IMAGE) : `${outer}/inner`;
  expect(Object.fromEntries(report.fields)).toMatchObject({ content: CONTENT, APPIMAGE: appImage });
  expect(wayOf(report, userNamespaceOf(stage))).toBeOneOf([outcome.by, 'some mount']);
  expect(report.fields.get('fuse')).toBe(outcome.by === 'extract' ? 'no' : 'yes');
  expect(report.fields.get('APPDIR')?.startsWith(outcome.in ?? '/')).toBe(true);
  // Whoever runs the tests may hand down descriptors of its own.
  const handedDown = readReport(join(folder, 'report', PLAIN)).descriptors;
  const open = handedDown.filter((descriptor) => !host.closed?.includes(descriptor));
  expect(report.descriptors).toEqual(open);
}

/** No mount, no process, no mount point; of an extraction, what the next start is to find. */
async function cleanedUp(stage: HostStage, word: string, outcome: Outcome, column: Column): Promise<void> {
  const extracted = /\/(\.cache|appimage(-\d+)?)(\/|$)(?!.*\.partial)/;
  const attempted = /\/(\.cache|appimage(-\d+)?|appimage(-\d+)?\/\w+\.lock)$/;
  // The native program of a shImg, for its next start.
  const helper = /\/(\.cache|appimage(-\d+)?|appimage(-\d+)?\/helper-\w+)$/;
  const nothing = /^$/;
  const ofRun = ({ by }: Runs): RegExp => (by === 'extract' ? extracted : nothing);
  const ofNative = runs(outcome) ? ofRun(outcome) : attempted;
  const ofOutcome = column === 'shImg without helper' ? nothing : ofNative;
  const deadline = Date.now() + PATIENCE;
  while (true) {
    const left = leftovers(stage, word).filter(
      (line) => !(ofOutcome.test(line) || (column === 'shImg' && helper.test(line))),
    );
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`Left behind: ${left.join('; ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
