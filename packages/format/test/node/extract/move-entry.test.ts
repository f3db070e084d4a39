import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test, vi } from 'vitest';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { moveEntry } from '../../../src/node/extract/move-entry.ts';
import { openTree } from '../../support/extraction.ts';
import { smallTree } from '../../support/hostile.ts';

/** What `link` throws, where it does. */
const refusal = vi.hoisted(() => ({ code: undefined as string | undefined }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof import('node:fs/promises')>();
  const link: typeof original.link = async (from, to) => {
    if (refusal.code === undefined) return original.link(from, to);
    throw Object.assign(new Error('no hard links'), { code: refusal.code });
  };
  return { ...original, link };
});

/** Makes something at a path. */
const MAKERS = {
  file: (path: string) => writeFileSync(path, 'moved', { mode: 0o640 }),
  symlink: (path: string) => symlinkSync('nowhere', path),
  directory: (path: string) => {
    mkdirSync(path);
    writeFileSync(join(path, 'inner'), 'moved');
    chmodSync(path, 0o555);
    utimesSync(path, 77, 77);
  },
  'empty directory': (path: string) => mkdirSync(path),
} as const;

type Kind = keyof typeof MAKERS;
const KINDS = Object.keys(MAKERS) as Kind[];

async function move(kind: Kind, taken?: Kind) {
  const folder = temporaryFolder();
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  MAKERS[kind](from);
  if (taken) MAKERS[taken](to);
  const before = taken && lstatSync(to);
  const outcome = await moveEntry(Buffer.from(from), Buffer.from(to)).catch((error: unknown) => error);
  return { folder, from, to, before, outcome };
}

describe.each([undefined, 'EPERM', 'EOPNOTSUPP'])('where making a hard link ends with %s', (code) => {
  test.each(KINDS)('a %s is moved to a free name', async (kind) => {
    refusal.code = code;
    const { folder, to, outcome } = await move(kind);
    refusal.code = undefined;
    expect(outcome).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['to']);
    if (kind === 'file') {
      expect(readFileSync(to, 'utf8')).toBe('moved');
      expect(statSync(to).mode & 0o777).toBe(0o640);
    }
    if (kind === 'symlink') expect(readlinkSync(to)).toBe('nowhere');
    if (kind === 'directory') {
      expect(readdirSync(to)).toEqual(['inner']);
      expect(statSync(to)).toMatchObject({ mode: 0o040555, mtimeMs: 77_000 });
    }
  });

  test.each(KINDS.flatMap((kind) => KINDS.map((taken) => [kind, taken] as const)))(
    'a %s does not replace a %s',
    async (kind, taken) => {
      refusal.code = code;
      const { folder, from, to, before, outcome } = await move(kind, taken);
      refusal.code = undefined;
      expect(outcome).toMatchObject({ message: expect.stringMatching(/EEXIST|is there already/) });
      expect(readdirSync(folder)).toEqual(['from', 'to']);
      expect(lstatSync(to)).toMatchObject({ ino: before?.ino, mode: before?.mode });
      expect(lstatSync(from).isDirectory()).toBe(kind.endsWith('directory'));
    },
  );
});

test('any other reason of the system not to make a hard link is told', async () => {
  refusal.code = 'EIO';
  const { folder, outcome } = await move('file');
  refusal.code = undefined;
  expect(outcome).toMatchObject({ code: 'EIO' });
  expect(readdirSync(folder)).toEqual(['from']);
});

testWith(['root'], 'a directory that its owner may not write to is moved by an ordinary user', async () => {
  const folder = temporaryFolder();
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  MAKERS.directory(from);
  for (const path of [folder, from]) chownSync(path, 65_534, 65_534);
  process.seteuid?.(65_534);
  try {
    await moveEntry(Buffer.from(from), Buffer.from(to));
  } finally {
    process.seteuid?.(0);
  }
  expect(statSync(to).mode & 0o777).toBe(0o555);
});

describe('what somebody puts into the target while it is filled', () => {
  test.each(KINDS)('stays where it is a %s of the same name, and nothing else is left', async (kind) => {
    const target = temporaryFolder();
    const files = await openTree(smallTree());
    let before: ReturnType<typeof lstatSync> | undefined;
    const extraction = extractFileSystem(files, target, {
      filter: ({ path }) => {
        if (path === 'small') {
          MAKERS[kind](join(target, 'folder'));
          before = lstatSync(join(target, 'folder'));
        }
        return true;
      },
    });
    await expect(extraction).rejects.toMatchObject({
      code: 'io',
      path: target,
      message: expect.stringContaining('something of that name is there already'),
    });
    expect(readdirSync(target)).toEqual(['folder']);
    expect(lstatSync(join(target, 'folder'))).toMatchObject({ ino: before?.ino, mode: before?.mode });
  });
});
