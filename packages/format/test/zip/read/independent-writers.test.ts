import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect } from 'vitest';
import { bufferSource } from '../../../src/io/byte-source.ts';
import { extractFileSystem } from '../../../src/node/extract/extract-file-system.ts';
import { openZip } from '../../../src/zip/read/open-zip.ts';
import type { ZipArchive } from '../../../src/zip/read/zip-archive.ts';
import { osPath, snapshotFolder } from '../../support/snapshots.ts';
import { noise } from '../../support/trees.ts';
import { below, expected, found, open, tree, useTree } from './packed-tree.ts';

useTree();

describe('Info-ZIP', () => {
  const zip = (path: string, ...options: string[]) => run('zip', ['-qry', ...options, path, '.'], { cwd: tree });

  for (const options of [['-0'], ['-1'], ['-6'], ['-9'], ['-fz'], ['-9', '-fz'], ['-D'], ['-X']]) {
    testWith(['zip'], `written with ${options.join(' ')} is read as the tree is`, async () => {
      const path = join(temporaryFolder(), 'archive.zip');
      zip(path, ...options);
      const archive = await open(path);
      if (options.includes('-X')) {
        expect(below(await found(archive, 'mtime', 'uid', 'gid'))).toEqual(below(expected('mtime', 'uid', 'gid')));
      } else if (options.includes('-D')) {
        const { 'folder/empty': _, ...files } = below(expected('mode', 'mtime', 'uid', 'gid'));
        expect(below(await found(archive, 'mode', 'mtime', 'uid', 'gid'))).toEqual(files);
      } else {
        expect(below(await found(archive))).toEqual(below(expected()));
      }
    });
  }

  testWith(['zip'], 'with a comment is read with it', async () => {
    const path = join(temporaryFolder(), 'archive.zip');
    zip(path);
    const comment = 'a comment PK\x05\x06 that looks like an end record'.padEnd(200, '.');
    run('sh', ['-c', `printf '%s' "$1" | zip -qz "$0"`, path, comment]);
    const archive = await open(path);
    expect(Buffer.from(archive.comment).toString('latin1')).toBe(comment);
    expect(archive.start).toBe(0);
    expect(archive.end).toBe(readFileSync(path).length);
  });

  testWith(['zip'], 'streamed, with data descriptors, is read as the tree is', async () => {
    const path = join(temporaryFolder(), 'archive.zip');
    run('sh', ['-c', 'cd "$1" && zip -qr - noise prose one | cat > "$0"', path, tree]);
    expect(readFileSync(path)[6]).toBe(8); // the flag of the first entry
    const { noise: first, prose: second, one } = expected();
    expect(below(await found(await open(path)))).toEqual({ noise: first, one, prose: second });
  });

  testWith(['zip'], 'with an encrypted entry is listed; reading that says what is the matter', async () => {
    const path = join(temporaryFolder(), 'archive.zip');
    zip(path, '-P', 'secret');
    const archive = await open(path);
    expect(Object.keys(await listed(archive))).toHaveLength(Object.keys(expected()).length - 1);
    await expect(collectAll(archive, 'noise')).rejects.toMatchObject({
      code: 'unsupported',
      path: 'noise',
      message: 'Cannot read "noise" in the archive: it is encrypted',
    });
  });

  testWith(['zip'], 'split into parts is refused as unsupported', async () => {
    const path = join(temporaryFolder(), 'archive.zip');
    zip(path, '-s', '64k');
    await expect(open(path)).rejects.toMatchObject({ code: 'unsupported' });
  });

  testWith(['zip', 'unzip'], 'is extracted as unzip does it', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'archive.zip');
    zip(path);
    run('unzip', ['-q', path, '-d', join(folder, 'theirs')]);
    await extractFileSystem(await open(path), join(folder, 'ours'));
    // unzip does not set the times of symlinks.
    const timeless = (name: string) => {
      const { 'folder/link': link, ...files } = below(snapshotFolder(join(folder, name)));
      return { ...files, link: { ...link, mtime: 0 } };
    };
    expect(timeless('ours')).toEqual(timeless('theirs'));
  });
});

describe('7-Zip', () => {
  const sevenZip = (path: string, ...options: string[]) =>
    run('7z', ['a', '-tzip', ...options, path, '.'], { cwd: tree });

  for (const options of [['-mx0'], ['-mx5'], ['-mx7', '-mfb=64']]) {
    testWith(['7z'], `written with ${options.join(' ')} is read as the tree is`, async () => {
      const path = join(temporaryFolder(), 'archive.zip');
      sevenZip(path, '-snl', ...options);
      expect(below(await found(await open(path), 'uid', 'gid'))).toEqual(below(expected('uid', 'gid')));
    });
  }

  for (const method of ['Deflate64', 'BZip2', 'LZMA', 'PPMd']) {
    testWith(['7z'], `${method} is refused as unsupported`, async () => {
      const path = join(temporaryFolder(), 'archive.zip');
      sevenZip(path, `-mm=${method}`);
      const archive = await open(path);
      expect(await archive.stat('prose')).toMatchObject({ size: 3_000_000 });
      await expect(collectAll(archive, 'prose')).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringContaining('compression method must be 0 (stored) or 8 (deflated), found'),
      });
    });
  }

  testWith(['7z'], 'encrypted with AES is refused as unsupported', async () => {
    const path = join(temporaryFolder(), 'archive.zip');
    sevenZip(path, '-psecret', '-mem=AES256');
    await expect(collectAll(await open(path), 'prose')).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('libarchive', () => {
  for (const compression of ['deflate', 'store']) {
    testWith(['bsdtar'], `written with ${compression} is read as the tree is`, async () => {
      const path = join(temporaryFolder(), 'archive.zip');
      const options = ['--format', 'zip', '--options', `zip:compression=${compression}`];
      run('bsdtar', ['-c', ...options, '-f', path, '.'], { cwd: tree });
      const archive = await open(path);
      expect(await found(archive)).toEqual(expected());
    });
  }
});

describe("Python's zipfile", () => {
  const python = (script: string, ...args: string[]) => run('python3', ['-c', script, ...args]);

  testWith(['python3'], 'with Zip64 forced for all is read', async () => {
    const path = join(temporaryFolder(), 'archive.zip');
    const script = `
import sys, zipfile
zipfile.ZIP64_LIMIT = 10
zipfile.ZIP_FILECOUNT_LIMIT = 1
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:
    for number in range(3):
        with archive.open('file-%d' % number, 'w', force_zip64=True) as file:
            file.write(b'%d' % number * 100000)
    archive.comment = b'comment'
`;
    python(script, path);
    const bytes = readFileSync(path);
    expect(bytes.indexOf('PK\x06\x06', 0, 'latin1')).toBeGreaterThan(0);
    for (const source of [bytes, Buffer.concat([noise(12_345), bytes])]) {
      const archive = await openZip(bufferSource(source));
      expect(archive.entryCount).toBe(3);
      for (const number of [0, 1, 2]) {
        expect(await collectAll(archive, `file-${number}`)).toBe(`${number}`.repeat(100_000));
      }
    }
  });

  testWith(['python3'], 'of 70,000 entries in one directory is read', async () => {
    const path = join(temporaryFolder(), 'archive.zip');
    const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    for number in range(70000):
        archive.writestr(zipfile.ZipInfo('folder/%05d' % number), b'%d' % number)
`;
    python(script, path);
    const archive = await open(path);
    expect(archive.entryCount).toBe(70_000);
    expect(await archive.readDirectory('folder')).toHaveLength(70_000);
    expect(await collectAll(archive, 'folder/69999')).toBe('69999');
  });

  testWith(['python3'], 'with one name twice has the content that Python finds', async () => {
    const path = join(temporaryFolder(), 'archive.zip');
    const script = `
import sys, warnings, zipfile
warnings.simplefilter('ignore')
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    archive.writestr('a', 'first')
    archive.writestr('a', 'second')
with zipfile.ZipFile(sys.argv[1]) as archive:
    print(archive.read('a').decode(), end='')
`;
    const content = python(script, path);
    const archive = await open(path);
    expect(archive.entryCount).toBe(2);
    expect(await listed(archive)).toEqual({ a: 'file' });
    expect(await collectAll(archive, 'a')).toBe(content);
  });

  testWith(['python3'], 'agrees with us about names in older encodings, byte for byte', async () => {
    const path = join(temporaryFolder(), 'archive.zip');
    const script = `
import sys, zipfile
class Plain(zipfile.ZipInfo):
    def _encodeFilenameFlags(self):
        return bytes([0x81, 0x2e, 0x74]), 0
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    archive.writestr(Plain('x'), 'content')
`;
    python(script, path);
    const archive = await open(path);
    expect(await listed(archive)).toEqual({ '\udc81.t': 'file' });
    const folder = join(temporaryFolder(), 'out');
    await extractFileSystem(archive, folder);
    expect(readFileSync(osPath(folder, '\udc81.t'), 'utf8')).toBe('content');
  });
});

async function listed(archive: ZipArchive): Promise<Record<string, string>> {
  const types: Record<string, string> = {};
  for await (const { path, stat } of archive.walk()) types[path] = stat.type;
  return types;
}

async function collectAll(archive: ZipArchive, path: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of archive.readFile(path)) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}
