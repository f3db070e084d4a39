import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { installBinfmt, readBinfmt, removeBinfmt } from '../../src/index.ts';
import { snapshot } from '../support/home.ts';

const CONF = 'etc/binfmt.d/appimage-js.conf';
const PROGRAM = 'usr/local/lib/appimage-js/appimage-js-interpreter';

function runtime(end: number): Uint8Array {
  return Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0x41, 0x49, 2, 0, end);
}

function write(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

describe('on a system whose kernel can not be asked', () => {
  test('the program and its registration are there from the next boot on, and leave nothing behind', async () => {
    const systemRoot = temporaryFolder();
    mkdirSync(join(systemRoot, 'usr'));
    const before = snapshot(systemRoot);
    expect(await installBinfmt(runtime(1), { systemRoot })).toEqual({
      isAvailable: false,
      isPermanent: true,
      registered: [],
      foreign: [],
    });
    expect(statSync(join(systemRoot, PROGRAM)).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(systemRoot, PROGRAM))[8]).toBe(0);
    expect(await removeBinfmt({ systemRoot })).toEqual({ removed: [`/${PROGRAM}`, `/${CONF}`], kept: [] });
    // What was there before its own folder belongs to the system.
    expect(snapshot(systemRoot).filter((path) => !before.includes(path))).toEqual(['etc/', 'usr/local/']);
    expect(await removeBinfmt({ systemRoot })).toEqual({ removed: [], kept: [] });
  });

  test('a newer program takes the place of the older one', async () => {
    const systemRoot = temporaryFolder();
    await installBinfmt(runtime(1), { systemRoot });
    await installBinfmt(runtime(2), { systemRoot });
    expect(readFileSync(join(systemRoot, PROGRAM)).at(-1)).toBe(2);
    expect((await removeBinfmt({ systemRoot })).kept).toEqual([]);
    expect(existsSync(join(systemRoot, PROGRAM))).toBe(false);
  });

  test('what was cut short between the two files is taken away, or finished', async () => {
    const systemRoot = temporaryFolder();
    await installBinfmt(runtime(1), { systemRoot });
    const old = readFileSync(join(systemRoot, PROGRAM));
    await installBinfmt(runtime(2), { systemRoot });
    writeFileSync(join(systemRoot, PROGRAM), old);
    expect((await removeBinfmt({ systemRoot })).kept).toEqual([]);
  });

  test('what somebody has changed stays, and nothing is written over it', async () => {
    const systemRoot = temporaryFolder();
    await installBinfmt(runtime(1), { systemRoot });
    appendFileSync(join(systemRoot, CONF), '# mine\n');
    await expect(installBinfmt(runtime(2), { systemRoot })).rejects.toMatchObject({ code: 'not-permitted' });
    expect(await removeBinfmt({ systemRoot })).toEqual({ removed: [], kept: [`/${CONF}`, `/${PROGRAM}`] });
    expect(readFileSync(join(systemRoot, CONF), 'utf8')).toMatch(/# mine\n$/);
  });

  test.each([
    {
      owner: 'AppImageLauncher',
      path: 'usr/lib/binfmt.d/appimage.conf',
      line: ':appimage-type2:M:8:AI\\x02::/usr/bin/AppImageLauncher:F',
    },
    {
      owner: 'NixOS',
      path: 'etc/binfmt.d/nixos.conf',
      line: ':appimage:M::\\x7fELF....AI\\x02:\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00\\xff\\xff\\xff:/run/binfmt/appimage:',
    },
  ])('nothing is registered beside $owner', async ({ owner, path, line }) => {
    const systemRoot = temporaryFolder();
    write(systemRoot, path, `${line}\n`);
    const before = snapshot(systemRoot);
    await expect(installBinfmt(runtime(1), { systemRoot })).rejects.toMatchObject({
      code: 'not-permitted',
      message: expect.stringContaining(owner),
      path: `/${path}`,
    });
    expect(snapshot(systemRoot)).toEqual(before);
    expect((await readBinfmt({ systemRoot })).foreign).toMatchObject([{ owner, path: `/${path}` }]);
  });

  test('a file that is masked by one of its name registers nothing', async () => {
    const systemRoot = temporaryFolder();
    write(systemRoot, 'usr/lib/binfmt.d/appimage.conf', ':appimage-type2:M:8:AI\\x02::/usr/bin/AppImageLauncher:F\n');
    write(systemRoot, 'etc/binfmt.d/appimage.conf', '');
    expect((await readBinfmt({ systemRoot })).foreign).toEqual([]);
  });
});
