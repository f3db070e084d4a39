import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mountTmpfs, run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { findMount, parseMountTable, readMountTable } from '../../src/node/mount-table.ts';

const TABLE = [
  '27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw',
  '40 27 8:1 / /media/u/My\\040stick\\134a rw - vfat /dev/sda1 rw',
  '41 27 0:40 / /media/u rw - tmpfs tmpfs rw',
  '42 27 0:41 / /media/u rw - nfs4 server:/a\\040share rw',
  'nonsense',
  '43 27 0:42 / /short',
  '',
].join('\n');

describe('the table of mounts', () => {
  test('is read with optional fields and escapes; what is no line of it is left out', () => {
    expect(parseMountTable(TABLE)).toEqual([
      { device: '254:0', mountPoint: '/', options: ['rw', 'relatime'], type: 'ext4', source: '/dev/vda' },
      { device: '8:1', mountPoint: '/media/u/My stick\\a', options: ['rw'], type: 'vfat', source: '/dev/sda1' },
      { device: '0:40', mountPoint: '/media/u', options: ['rw'], type: 'tmpfs', source: 'tmpfs' },
      { device: '0:41', mountPoint: '/media/u', options: ['rw'], type: 'nfs4', source: 'server:/a share' },
    ]);
  });

  test('says where a path lies: the innermost mount, and of two at one place the one on top', () => {
    const mounts = parseMountTable(TABLE);
    expect(findMount(mounts, '/media/u/My stick\\a/App')?.type).toBe('vfat');
    expect(findMount(mounts, '/media/u/My stick\\another')?.type).toBe('nfs4');
    expect(findMount(mounts, '/media/user')?.mountPoint).toBe('/');
    expect(findMount([], '/')).toBeUndefined();
  });

  testWith(['findmnt', 'mount', 'root'], 'answers what findmnt does', () => {
    const folder = join(temporaryFolder(), 'a b\tc\\d');
    mkdirSync(join(folder), { recursive: true });
    mountTmpfs(folder, '1m');
    mkdirSync(join(folder, 'inside'));
    const mounts = parseMountTable(readMountTable());
    for (const path of [join(folder, 'inside'), '/', '/proc/self', '/dev/shm', folder]) {
      const said = JSON.parse(
        run('findmnt', ['-J', '-v', '-o', 'TARGET,FSTYPE,SOURCE,MAJ:MIN,VFS-OPTIONS', '-T', path]),
      );
      const found = findMount(mounts, path);
      const { 'maj:min': device, target: mountPoint, fstype: type, source, ...rest } = said.filesystems.at(-1);
      expect(found).toEqual({ device, mountPoint, options: rest['vfs-options'].split(','), type, source });
    }
  });
});
