import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, testWith } from '@appimage-js/testing';
import { expect, onTestFinished, test } from 'vitest';
import { appImage, appImageOf, place, placeOfUser, runtime, shortFolder, writeTree } from './fixture.ts';
import { ordinaryUser } from './host.ts';
import { run, succeed } from './run.ts';

const uid = ordinaryUser;

/** A 64-bit ELF file that names a dynamic loader and does nothing. */
function elf(machine: number, loader: string): Buffer {
  const file = Buffer.alloc(64 + 56 + 64);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(file);
  file.writeUInt16LE(3, 16);
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(3, 64);
  file.writeBigUInt64LE(120n, 72);
  file.writeBigUInt64LE(BigInt(loader.length + 1), 96);
  file.write(loader, 120);
  return file;
}

async function imageOf(appRun: string | Buffer, mode: number): Promise<string> {
  const tree = shortFolder();
  writeTree(tree, { AppRun: appRun });
  chmodSync(join(tree, 'AppRun'), mode);
  return appImageOf(tree, { mksquashfs: ['-all-root'] });
}

describeWith(['mksquashfs'], 'an AppRun that cannot be started', () => {
  const loader = '/lib64/ld-linux-nowhere.so.2';
  const tooLong = `#!/${'x'.repeat(400)}\n`;
  test.each([
    [
      'is a script for a missing interpreter',
      '#!/no/such/program -x\n',
      0o755,
      127,
      'its first line names /no/such/program, which is not on this system',
    ],
    [
      'is a program for a missing loader',
      elf(62, loader),
      0o755,
      127,
      `its dynamic loader ${loader} is not on this system; it belongs to glibc`,
    ],
    [
      'is a program for another machine',
      elf(183, loader),
      0o755,
      126,
      'it is a program for aarch64, and this is x86_64',
    ],
    [
      'is a program for a machine that nobody knows',
      elf(9999, loader),
      0o755,
      126,
      'it is a program for another machine',
    ],
    [
      'is neither a program nor a script',
      'echo hello\n',
      0o755,
      126,
      'neither a program nor a script whose first line begins with #!',
    ],
    ['is empty', '', 0o755, 126, 'neither a program nor a script'],
    [
      'is not executable',
      '#!/bin/sh\n',
      0o644,
      126,
      'it is not executable; whoever makes the AppImage has to chmod +x it',
    ],
    ['has a first line that is too long', tooLong, 0o755, 126, 'the kernel cannot run /xxx'],
    ['is a script for a folder', '#!/etc\n', 0o755, 126, 'or /etc, which its first line names: Permission denied'],
  ] as const)('%s: that is told', async (_, appRun, mode, status, why) => {
    const image = await imageOf(appRun, mode);
    const result = await run(image, [], { uid, env: placeOfUser().env });
    expect(result).toMatchObject({ status, signal: null, stdout: '' });
    expect(result.stderr).toMatch(/^AppImage: cannot run .*AppRun(:|, or)/);
    expect(result.stderr).toContain(why);
  });

  test('is a folder, or a link to nothing', async () => {
    const tree = shortFolder();
    mkdirSync(join(tree, 'AppRun'));
    const image = await appImageOf(tree);
    const { env } = placeOfUser();
    const folder = await run(image, [], { uid, env: { ...env, APPIMAGE_MOUNT: 'extract' } });
    expect(folder).toMatchObject({ status: 126, stdout: '' });
    expect(folder.stderr).toContain('AppRun: it is no file');

    const linked = shortFolder();
    await succeed('ln', ['-s', 'usr/bin/gone', join(linked, 'AppRun')]);
    const dangling = await run(await appImageOf(linked), [], { uid, env });
    expect(dangling).toMatchObject({ status: 127, stdout: '' });
    expect(dangling.stderr).toContain('AppRun: No such file or directory');
  });

  test('that names something with control characters does not reach the terminal with them', async () => {
    const image = await imageOf('#!/no/\x1b]0;title\x07\x7f\n', 0o755);
    const { stderr } = await run(image, [], { uid, env: placeOfUser().env });
    expect(stderr).toContain('names /no/?]0;title??, which');
  });

  test('arguments that leave no room for the environment are told', async () => {
    const image = await appImage('exit 0');
    const { env } = placeOfUser();
    // All arguments together may have a quarter of the stack's limit: 256 KiB.
    const script = 'ulimit -s 1024; big=$(printf %0100000d 0); exec "$0" "$big" "$big" "$1"';
    const start = (length: number) => run('/bin/sh', ['-c', script, image, 'z'.repeat(length)], { uid, env });
    // The shortest that is too long is so only once the runtime has added its own.
    let [enough, tooMuch] = [10_000, 100_000];
    while (tooMuch - enough > 1) {
      const middle = Math.floor((enough + tooMuch) / 2);
      if ((await start(middle)).status === 0) enough = middle;
      else tooMuch = middle;
    }
    const { status, stderr } = await start(tooMuch);
    expect(status).toBe(126);
    expect(stderr).toContain('arguments and environment are too long together');
  });

  testWith(['root'], 'from a file system without exec is told, with what helps', async () => {
    const tree = shortFolder();
    await succeed('mount', ['-t', 'tmpfs', '-o', 'noexec,mode=755', 'none', tree]);
    onTestFinished(async () => void (await run('umount', [tree])));
    writeFileSync(join(tree, 'AppRun'), '#!/bin/sh\n', { mode: 0o755 });
    const result = await run(runtime, [], { uid, env: { ...placeOfUser().env, TARGET_APPIMAGE: tree } });
    expect(result.status).toBe(126);
    expect(result.stderr).toContain('programs may not be run from that file system (noexec); APPIMAGE_MOUNT chooses');
  });
});

describeWith(['mksquashfs'], 'a caller with borrowed rights', () => {
  const refused = {
    status: 127,
    stdout: '',
    stderr: 'AppImage: an AppImage must not be set-user-id, set-group-id or have file capabilities\n',
  };

  testWith(['root'], 'is refused whatever the environment says: set-user-id and set-group-id', async () => {
    const image = await appImage('id');
    const other = await appImage('echo other');
    const { env } = placeOfUser();
    for (const mode of [0o4755, 0o2755]) {
      chmodSync(image, mode);
      for (const args of [[], ['--appimage-help'], ['--appimage-extract', '--to', '/etc/x']]) {
        const options = { uid, env: { ...env, TARGET_APPIMAGE: other, APPIMAGE_MOUNT: 'extract' } };
        expect(await run(image, args, options)).toMatchObject(refused);
      }
    }
  });

  testWith(['root', 'setcap'], 'is refused: file capabilities', async () => {
    const image = await appImage('id');
    await succeed('setcap', ['cap_net_raw+ep', image]);
    expect(await run(image, [], { uid, env: place().env })).toMatchObject(refused);
  });
});
