import { chmodSync, linkSync, lutimesSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isThere, run } from '@appimage-js/testing';
import { decodeFileName } from '../../../src/io/file-name.ts';
import { osPath } from '../../support/snapshots.ts';
import { noise, prose } from '../../support/trees.ts';

/** Lengths around the borders of sectors, of blocks of zisofs and of what is read at once. */
const LENGTHS = [
  0, 1, 2047, 2048, 2049, 32_767, 32_768, 32_769, 65_537, 131_072, 131_073, 300_000, 2_097_152, 2_300_001,
];

/** Fills a folder with what an ordinary user can make, and with more where the user is root. */
export function makeSourceFolder(folder: string): void {
  makeFiles(folder);
  makeNames(folder);
  makeLinks(folder, TARGETS);
}

/** Without names that are not UTF-8 and without long targets, which not every writer can cope with. */
export function makeSimpleSourceFolder(folder: string): void {
  makeFiles(folder);
  makeLinks(
    folder,
    TARGETS.filter((target) => target.length < 150),
  );
}

const TARGETS = ['x', '/', '/etc/passwd', '..', '../..', '.', './x', 'a/./b/../c', 'ü/日本語', 'c'.repeat(100)];
TARGETS.push(
  'c'.repeat(200),
  'c'.repeat(249),
  `${'directory/'.repeat(100)}end`,
  `${'d'.repeat(250)}/${'e'.repeat(255)}/f`,
);

function makeFiles(folder: string): void {
  mkdirSync(join(folder, 'sizes'));
  for (const length of LENGTHS) {
    writeFileSync(join(folder, 'sizes', `noise-${length}`), noise(length, length + 2));
    writeFileSync(join(folder, 'sizes', `prose-${length}`), prose(length));
    writeFileSync(join(folder, 'sizes', `zeros-${length}`), new Uint8Array(length));
  }
  const mixed = Buffer.concat([prose(40_000), new Uint8Array(200_000), noise(50_000), new Uint8Array(70_000)]);
  writeFileSync(join(folder, 'sizes', 'mixed'), mixed);
  mkdirSync(join(folder, `deep/${'level/'.repeat(12)}`), { recursive: true });
  writeFileSync(join(folder, `deep/${'level/'.repeat(12)}bottom`), 'deep down');
  writeFileSync(join(folder, `deep/${'level/'.repeat(8)}half-way`), 'half-way');
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'setuid'), 'x');
  chmodSync(join(folder, 'setuid'), 0o4711);
  writeFileSync(join(folder, 'private'), 'x', { mode: 0o600 });
  run('mkfifo', [join(folder, 'fifo')]);
  utimesSync(join(folder, 'empty'), 12, 12);
  utimesSync(join(folder, 'setuid'), 2 ** 31 - 5, 2 ** 31 - 5);
  if (!isThere('root')) return;
  run('mknod', [join(folder, 'character'), 'c', '5', '255']);
  run('mknod', [join(folder, 'block'), 'b', '259', '7']);
  run('chown', ['70000:80000', join(folder, 'setuid')]);
  chmodSync(join(folder, 'setuid'), 0o4711);
}

function makeNames(folder: string): void {
  const names = [
    'a b',
    'tab\t',
    'new\nline',
    "it's",
    'ä',
    '日本語',
    '😀',
    '.hidden',
    '...',
    'A',
    'a',
    'a.b.c',
    'x;1',
    'end.',
  ];
  names.push(
    'UPPER.TXT',
    'lower.txt',
    'n'.repeat(100),
    'm'.repeat(150),
    'l'.repeat(200),
    'k'.repeat(250),
    'ü'.repeat(120),
  );
  for (const bytes of [[0x66, 0xff, 0x6f], [0xc3, 0x28], [0x7f], [0x01, 0x02]]) {
    names.push(decodeFileName(Uint8Array.from(bytes)));
  }
  mkdirSync(join(folder, 'names'));
  for (const name of names) writeFileSync(osPath(folder, `names/${name}`), `content of ${name.length}`);
  mkdirSync(join(folder, 'names', 'd'.repeat(240)));
}

function makeLinks(folder: string, targets: readonly string[]): void {
  mkdirSync(join(folder, 'links/more'), { recursive: true });
  writeFileSync(join(folder, 'links/one'), prose(100_000));
  linkSync(join(folder, 'links/one'), join(folder, 'links/two'));
  linkSync(join(folder, 'links/one'), join(folder, 'links/more/three'));
  for (const [index, target] of targets.entries()) symlinkSync(target, join(folder, 'links', `symlink-${index}`));
  lutimesSync(join(folder, 'links/symlink-0'), 1, 1);
}

/** Gives some files of a source folder extended attributes and access control lists. */
export function addAttributes(folder: string): void {
  const set = (name: string, value: string, path: string) =>
    run('setfattr', ['-n', name, '-v', value, join(folder, path)]);
  set('user.comment', 'a comment', 'private');
  set('user.empty', '', 'private');
  set('user.long', 'long'.repeat(300), 'setuid');
  set('user.of-a-folder', 'yes', 'empty');
  set('user.binary', '0x0001ff00', 'links/one');
  // u::rw-,u:1000:r--,g::---,g:70000:rw-,m::rw-,o::---
  const entries = [
    [1, 6, -1],
    [2, 4, 1000],
    [4, 0, -1],
    [8, 6, 70_000],
    [16, 6, -1],
    [32, 0, -1],
  ] as const;
  set('system.posix_acl_access', accessControlList(entries), 'sizes/mixed');
  const folderEntries = [
    [1, 7, -1],
    [4, 5, -1],
    [32, 5, -1],
  ] as const;
  set('system.posix_acl_default', accessControlList(folderEntries), 'empty');
  if (isThere('root')) set('trusted.of-root', 'yes', 'sizes/mixed');
}

/** As `struct posix_acl_xattr_header` and its entries have it. */
function accessControlList(entries: readonly (readonly [tag: number, permissions: number, id: number])[]): string {
  const list = Buffer.alloc(4 + entries.length * 8);
  list.writeUInt32LE(2, 0);
  for (const [index, [tag, permissions, id]] of entries.entries()) {
    list.writeUInt16LE(tag, 4 + index * 8);
    list.writeUInt16LE(permissions, 6 + index * 8);
    list.writeInt32LE(id, 8 + index * 8);
  }
  return `0x${list.toString('hex')}`;
}
