import type { InputDirectory, InputNode } from '../../src/filesystem/input-tree.ts';
import { decodeFileName } from '../../src/io/file-name.ts';
import { device, directory, file, ipc, noise, prose, symlink, xattrs } from './trees.ts';

/** A tree with every kind of file and every size, name, mode and attribute where something could go wrong. */
export function richTree(blockSize: number): InputDirectory {
  const linked = file('under three names', { mode: 0o600, mtime: 1 });
  const linkedLarge = file(prose(3 * blockSize + 17), { xattrs: xattrs({ 'user.kind': 'linked' }) });
  const entries: Record<string, InputNode> = {
    sizes: sizes(blockSize),
    sparse: sparse(blockSize),
    names: names(),
    modes: modes(),
    owners: owners(),
    times: directory({ first: file('', { mtime: 0 }), last: file('', { mtime: 0xffff_ffff }) }, { mtime: 0xffff_ffff }),
    attributes: attributes(),
    special: directory({
      'block-device': device('block-device', 4095, 1_048_575),
      'small-block-device': device('block-device', 8, 1),
      'character-device': device('character-device', 1, 3, { mode: 0o666 }),
      'wide-minor': device('character-device', 259, 65_537),
      fifo: ipc('fifo'),
      socket: ipc('socket'),
    }),
    symlinks: directory({
      short: symlink('x'),
      absolute: symlink('/etc/passwd'),
      upward: symlink('../../..'),
      longest: symlink(`${'directory/'.repeat(409)}abcde`),
      'not-utf-8': symlink(decodeFileName(Uint8Array.of(0x66, 0xff, 0x80))),
    }),
    links: directory({
      one: linked,
      two: linked,
      folder: directory({ three: linked, large: linkedLarge }),
      large: linkedLarge,
    }),
    deep: nested(60),
    'empty-directory': directory({}, { mode: 0o700 }),
    duplicates: duplicates(blockSize),
  };
  return directory(entries, { mode: 0o1755, uid: 7, gid: 8, mtime: 1_234_567_890 });
}

function sizes(blockSize: number): InputDirectory {
  const lengths = [0, 1, 2, 4095, 4096, 4097, blockSize - 1, blockSize, blockSize + 1];
  lengths.push(2 * blockSize - 1, 2 * blockSize, 2 * blockSize + 1, 5 * blockSize + 100);
  const files = new Map<string, InputNode>();
  for (const length of lengths) {
    files.set(`noise-${length}`, file(noise(length, length + 1)));
    files.set(`prose-${length}`, file(prose(length, length)));
  }
  return directory(files);
}

/** Zeros at the start, in the middle, at the end, and nothing else. */
function sparse(blockSize: number): InputDirectory {
  const withData = (length: number, ...places: number[]) => {
    const bytes = new Uint8Array(length);
    for (const place of places) bytes[place] = 0x5a;
    return file(bytes);
  };
  return directory({
    'zeros-1': withData(1),
    'zeros-block': withData(blockSize),
    'zeros-blocks': withData(3 * blockSize),
    'zeros-blocks-and-tail': withData(3 * blockSize + 1),
    'data-first': withData(4 * blockSize, 0),
    'data-last': withData(4 * blockSize, 4 * blockSize - 1),
    'data-between': withData(4 * blockSize + 5, blockSize + 1, 3 * blockSize),
  });
}

function names(): InputDirectory {
  const odd = [
    'a b',
    ' ',
    'new\nline',
    'tab\t',
    '"quoted"',
    "it's",
    'back\\slash',
    '$HOME',
    '*',
    '-rf',
    '#',
    'ä',
    '日本語',
  ];
  odd.push('😀', 'x'.repeat(255), 'ü'.repeat(127), '...', '.hidden', 'é', 'e\u0301', 'A', 'a', 'a.b', 'a-b');
  const bytes = [[0xff], [0x80], [0xc3, 0x28], [0xed, 0xb2, 0x80], [0x61, 0xfe, 0x62], [0x01], [0x7f]];
  for (const name of bytes) odd.push(decodeFileName(Uint8Array.from(name)));
  return directory(odd.map((name, index): [string, InputNode] => [name, file(`${index}`)]));
}

function modes(): InputDirectory {
  const values = [0, 0o001, 0o010, 0o100, 0o222, 0o444, 0o755, 0o777, 0o1777, 0o2755, 0o4755, 0o7000, 0o7777];
  return directory(values.map((mode): [string, InputNode] => [mode.toString(8), file('', { mode })]));
}

function owners(): InputDirectory {
  const ids = [0, 1, 1000, 65_534, 65_535, 65_536, 100_000, 0x7fff_ffff, 0xffff_fffe];
  return directory(
    ids.map((id): [string, InputNode] => [`${id}`, file('', { uid: id, gid: ids[0] === id ? 5 : id - 1 })]),
  );
}

function attributes(): InputDirectory {
  const shared = xattrs({ 'user.shared': 'one set for many files', 'security.shared': 'x' });
  const large = noise(3000, 5);
  return directory(
    {
      one: file('1', { xattrs: xattrs({ 'user.comment': 'a comment' }) }),
      all: file('2', {
        xattrs: xattrs({ 'user.a': '', 'trusted.b': noise(300), 'security.c': Uint8Array.of(0, 255) }),
      }),
      large: file('3', { xattrs: xattrs({ 'user.large': large }) }),
      'large-again': file('4', { xattrs: xattrs({ 'user.large': large, 'user.more': 'x' }) }),
      'shared-1': file('5', { xattrs: shared }),
      'shared-2': file('6', { xattrs: new Map([...shared].reverse()) }),
      'long-name': file('7', { xattrs: xattrs({ [`user.${'n'.repeat(250)}`]: 'v' }) }),
      link: symlink('one', { xattrs: xattrs({ 'trusted.of-a-link': 'yes' }) }),
      fifo: ipc('fifo', { xattrs: xattrs({ 'trusted.of-a-fifo': 'yes' }) }),
      device: device('character-device', 1, 5, { xattrs: xattrs({ 'trusted.of-a-device': 'yes' }) }),
      folder: directory({}, { xattrs: xattrs({ 'user.of-a-folder': 'yes', 'trusted.too': 'yes' }) }),
    },
    { xattrs: shared },
  );
}

function nested(depth: number): InputDirectory {
  let inner = directory({ bottom: file('deep down') });
  for (let level = 0; level < depth; level++) inner = directory({ [`level-${level}`]: inner });
  return inner;
}

function duplicates(blockSize: number): InputDirectory {
  const large = () => file(noise(2 * blockSize + 1000, 77));
  const small = () => file(noise(500, 78));
  return directory({
    here: directory({ 'large-1': large(), 'large-2': large(), 'small-1': small(), 'small-2': small() }),
    there: directory({ large: large(), small: small() }),
  });
}
