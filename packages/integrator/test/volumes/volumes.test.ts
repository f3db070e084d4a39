import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mountTmpfs, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readVolumes } from '../../src/volumes/volumes.ts';

const deviceOf = (path: string) => String(statSync(path, { bigint: true }).dev);

/** Mounts a new file system of a kind that has a UUID, and answers where and its UUID. */
function mountExt4(folder: string): { readonly uuid: string; readonly device: string } {
  const image = join(temporaryFolder(), 'image');
  writeFileSync(image, '');
  run('truncate', ['-s', '4M', image]);
  const uuid = crypto.randomUUID();
  run('mkfs.ext4', ['-q', '-U', uuid, image]);
  run('mount', ['-o', 'loop', image, folder]);
  onTestFinished(() => void run('umount', [folder]));
  const device = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .find((line) => line.includes(` ${folder} `));
  return { uuid, device: device?.split(' - ')[1]?.split(' ')[1] ?? '' };
}

describe('volumes', () => {
  test('of the system and of the home are none that are remembered', async () => {
    const home = temporaryFolder();
    const volumes = readVolumes({ home });
    writeFileSync(join(home, 'file'), '');
    expect(await volumes.volumeOf(join(home, 'file'), deviceOf(home))).toBeNull();
    expect(await readVolumes({ home: null }).volumeOf('/', deviceOf('/'))).toBeNull();
    expect(await readVolumes({ home: '/no/such/home' }).volumeOf('/etc', deviceOf('/etc'))).toBeNull();
  });

  test('are unknown where the kernel shows no table', async () => {
    const volumes = readVolumes({ home: null }, { table: '' });
    expect(await volumes.volumeOf('/proc/version', deviceOf('/proc/version'))).toBeNull();
    expect(volumes.whereIs({ mountPoint: '/mnt', id: 'uuid:1' })).toBeNull();
  });

  testWith(['mount', 'root'], 'without a UUID are known by their type and source, at one place', async () => {
    const folder = mountTmpfs(temporaryFolder(), '1m');
    const link = join(temporaryFolder(), 'link');
    symlinkSync(folder, link);
    writeFileSync(join(folder, 'file'), '');
    const volumes = readVolumes({ home: '/' });
    const volume = { mountPoint: folder, id: 'tmpfs tmpfs' };
    expect(await volumes.volumeOf(join(link, 'file'), deviceOf(folder))).toEqual(volume);
    expect(volumes.whereIs(volume)).toBe(folder);
    expect(volumes.whereIs({ ...volume, mountPoint: join(folder, 'elsewhere') })).toBeNull();
    expect(volumes.whereIs({ ...volume, id: 'tmpfs other' })).toBeNull();
    // What is mounted over it is what is there now.
    run('mount', ['-t', 'tmpfs', 'other', folder]);
    expect(readVolumes({ home: '/' }).whereIs(volume)).toBeNull();
    run('umount', [folder]);
    expect(readVolumes({ home: '/' }).whereIs(volume)).toBe(folder);
  });

  testWith(['mkfs.ext4', 'kernel'], 'with a UUID are known by it, wherever they are mounted', async () => {
    const [folder, links] = [temporaryFolder(), temporaryFolder()];
    const { uuid, device } = mountExt4(folder);
    symlinkSync(device, join(links, uuid));
    const read = () => readVolumes({ home: '/' }, { uuidFolder: links });
    const volume = { mountPoint: folder, id: `uuid:${uuid}` };
    expect(await read().volumeOf(join(folder, 'lost+found'), deviceOf(folder))).toEqual(volume);
    expect(read().whereIs({ ...volume, mountPoint: '/mnt/where-it-was' })).toBe(folder);
    expect(read().whereIs({ ...volume, id: 'uuid:another' })).toBeNull();
  });

  test('that are mounted by looking are away until then', () => {
    const table = '40 27 0:40 / /net/share rw - autofs server rw\n';
    const volumes = readVolumes({ home: null }, { table });
    expect(volumes.whereIs({ mountPoint: '/net/share', id: 'nfs4 server:/share' })).toBeNull();
    expect(volumes.whereIs({ mountPoint: '/net/share', id: 'autofs server' })).toBeNull();
  });
});
