import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  BASE,
  CONTENT,
  compilers,
  groups,
  type HostStage,
  IMAGE,
  leftovers,
  processesLeft,
  readReport,
  setUpHost,
  startImage,
  userNamespaceOf,
  wayOf,
} from '@appimage-js/runtime-shim/test/hosts';
import { describeWith, sharedFolder, testWith } from '@appimage-js/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ImageKind, writeImages } from './kinds.ts';
import { adapted, type Cell, isAsked, recordPath } from './record.ts';

const APPIMAGE = fileURLToPath(new URL('../../bin/appimage.js', import.meta.url));
const CHECKOUT = fileURLToPath(new URL('../../../..', import.meta.url)).replace(/\/$/, '');
/** Places that the hosts have as folders of their own: a checkout in one of them is shown elsewhere. */
const COVERED = ['/tmp', '/var/tmp', '/run', BASE.home];
const isCovered = COVERED.some((place) => CHECKOUT.startsWith(`${place}/`));
const STATUS = 42;
/** How long a runtime may take to clean up, in milliseconds: long enough for any machine that is slow and not broken. */
const PATIENCE = 60_000;
const LINE = "the application's own line\n";
const ARGUMENTS = ['', 'two words', 'quo\'te"s', '*', '--', 'line\nbreak', 'ünïcödé', '$HOME `id`'];

/** What a message has to name, so that who reads it knows what to do. */
const REMEDY =
  /what helps|XDG_CACHE_HOME|TMPDIR|chmod|ulimit|make room|install|choose another place|get the AppImage|permission denied/;

/** Every host, with images of that kind; what comes of it is recorded. */
export function describeKind(kind: ImageKind): void {
  const needs = ['root', 'unshare', 'nsenter', 'setpriv', 'mksquashfs', ...compilers, ...kind.needs];
  describeWith(needs, `appimage run, ${kind.name}:`, () => {
    const folder = sharedFolder();
    const cells = new Map<string, Cell>();
    let isWhole = true;
    beforeAll(async () => await writeImages(folder, kind));

    for (const { title, hosts } of groups) {
      describe(title, () => {
        for (const [index, host] of hosts.entries()) {
          if (!isAsked(host, kind.name)) continue;
          const word = `${title.replaceAll(' ', '-')}-${index}.`;
          const isThere = { called: false };
          testWith(host.needs ?? [], host.name, async () => {
            isThere.called = true;
            const stage = await setUpHost(adapted(host), folder, isCovered ? CHECKOUT : '');
            cells.set(host.name, await check(stage, `${basename(folder)}-${word}`));
          });
          afterAll(() => {
            isWhole &&= isThere.called;
          });
        }
      });
    }

    test('is recorded for the page (vitest -u writes it)', async ({ skip }) => {
      const names = groups.flatMap(({ hosts }) =>
        hosts.filter((host) => isAsked(host, kind.name)).map(({ name }) => name),
      );
      skip(!isWhole || names.some((name) => !cells.has(name)), 'not every host could be made here');
      const record = Object.fromEntries(names.map((name) => [name, cells.get(name)]));
      await expect(`${JSON.stringify(record, undefined, 2)}\n`).toMatchFileSnapshot(recordPath(kind.name));
    });
  });
}

/** It runs, exactly, or says what to do; and nothing is left. */
async function check(stage: HostStage, word: string): Promise<Cell> {
  const { host } = stage;
  onTestFinished(() => {
    for (const pid of processesLeft(stage, word)) process.kill(pid, 'SIGKILL');
  });
  const path = (name: string): string => `${BASE.folder}/report/${name}`;
  const before = host.nested ? [path(`${word}-outer`), 'inner', path(word)] : [path(word)];
  const by = [asShown(process.execPath), asShown(APPIMAGE), 'run'];
  const { status, signal, stdout, stderr } = await startImage(
    stage,
    [...before, 'exit', `${STATUS}`, ...ARGUMENTS],
    by,
  );
  const runs = status === STATUS;
  if (runs) {
    expect({ stdout, stderr, signal }).toEqual({
      stdout: host.closed?.includes(1) ? '' : LINE,
      stderr: '',
      signal: null,
    });
  } else {
    expect({ stdout, signal, stderr }).toEqual({ stdout: '', signal: null, stderr: expect.stringMatching(REMEDY) });
  }
  const cell = runs ? judge(stage, word) : 'says what to do';
  await cleanedUp(stage, word);
  return cell;
}

/** A path of the checkout, as a host has it. */
function asShown(path: string): string {
  return isCovered && path.startsWith(`${CHECKOUT}/`) ? `/srv${path.slice(CHECKOUT.length)}` : path;
}

function judge(stage: HostStage, word: string): Cell {
  const { host, folder } = stage;
  const report = readReport(join(folder, 'report', word));
  expect(report.arguments).toEqual(ARGUMENTS);
  const outer = host.nested ? readReport(join(folder, 'report', `${word}-outer`)).fields.get('APPDIR') : undefined;
  expect(report.fields.get('content')).toBe(CONTENT);
  const directory = report.fields.get('APPDIR') ?? '';
  const image = host.resolved ?? host.image ?? IMAGE;
  if (outer === undefined && directory === image) {
    expect(report.fields.get('APPIMAGE')).toBe('(none)');
    return 'directory';
  }
  expect(report.fields.get('APPIMAGE')).toBe(outer === undefined ? image : `${outer}/inner`);
  const way = wayOf(report, userNamespaceOf(stage));
  return way === 'some mount' ? 'mount' : way;
}

/** No mount, no process, no mount point; of an extraction, what the next start is to find. */
async function cleanedUp(stage: HostStage, word: string): Promise<void> {
  const cache = /\/(\.cache|appimage(-\d+)?)(\/|$)(?!.*\.partial)/;
  const deadline = Date.now() + PATIENCE;
  while (true) {
    const left = leftovers(stage, word).filter((line) => !cache.test(line));
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`Left behind: ${left.join('; ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
