import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describeWith, run, temporaryFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { unpackOciImage } from '../../src/fhs/unpack-oci-image.ts';

/** A layer as `tar` writes it. */
function layer(write: (folder: string) => void, ...args: string[]): Buffer {
  const folder = temporaryFolder();
  write(folder);
  const file = join(temporaryFolder(), 'layer.tar');
  run('tar', ['-cf', file, '-C', folder, ...args, '.']);
  return readFileSync(file);
}

/** One entry as it is written nowhere: whatever name, whatever link. */
function entry(name: string, type: string, link = '', content = ''): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0); //                                    0  name
  header.write('0000644\0', 100); //                         100  mode
  header.write('0000000\0', 108); //                         108  uid
  header.write('0000000\0', 116); //                         116  gid
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124); // 124  size
  header.write('00000000000\0', 136); //                     136  mtime
  header.write('        ', 148); //                          148  chksum
  header.write(type, 156); //                                156  typeflag
  header.write(link, 157); //                                157  linkname
  header.write('ustar\x0000', 257); //                       257  magic, version
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

const END = Buffer.alloc(1024);

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** An OCI image layout of these layers. */
function layout(layers: readonly Buffer[], folder = temporaryFolder()): string {
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  const add = (bytes: Uint8Array) => {
    const digest = digestOf(bytes);
    writeFileSync(join(folder, 'blobs/sha256', digest.slice(7)), bytes);
    return { digest, size: bytes.length, mediaType: 'application/octet-stream' };
  };
  const json = (value: unknown) => add(Buffer.from(JSON.stringify(value)));
  const manifest = json({ schemaVersion: 2, config: json({}), layers: layers.map(add) });
  const index = { schemaVersion: 2, manifests: [{ ...manifest, platform: { architecture: 'amd64', os: 'linux' } }] };
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
  return folder;
}

async function unpack(source: string): Promise<{ readonly root: string; readonly cache: string }> {
  const cache = temporaryFolder();
  return { root: await unpackOciImage(source, { env: { XDG_CACHE_HOME: cache } }), cache };
}

const lower = () =>
  layer((folder) => {
    mkdirSync(join(folder, 'usr/bin'), { recursive: true });
    mkdirSync(join(folder, 'etc'));
    symlinkSync('usr/bin', join(folder, 'bin'));
    writeFileSync(join(folder, 'usr/bin/tool'), 'tool', { mode: 0o755 });
    writeFileSync(join(folder, 'etc/old'), 'old');
    writeFileSync(join(folder, 'etc/kept'), 'kept');
  });

describeWith(['tar'], 'unpackOciImage', () => {
  test('lays layers over each other', async () => {
    const upper = layer((folder) => {
      mkdirSync(join(folder, 'etc'));
      mkdirSync(join(folder, 'bin'));
      writeFileSync(join(folder, 'etc/.wh.old'), '');
      writeFileSync(join(folder, 'etc/new'), 'new');
      writeFileSync(join(folder, 'bin/more'), 'more');
    });
    const { root } = await unpack(layout([lower(), gzipSync(upper)]));
    expect(readdirSync(join(root, 'etc'))).toEqual(['kept', 'new']);
    expect(readlinkSync(join(root, 'bin'))).toBe('usr/bin');
    expect(readdirSync(join(root, 'usr/bin'))).toEqual(['more', 'tool']);
    expect(statSync(join(root, 'usr/bin/tool')).mode & 0o777).toBe(0o755);
  });

  test('takes away what a layer makes opaque', async () => {
    const upper = Buffer.concat([entry('etc/.wh..wh..opq', '0'), entry('etc/only', '0', '', 'x'), END]);
    const { root } = await unpack(layout([lower(), zstdCompressSync(upper)]));
    expect(readdirSync(join(root, 'etc'))).toEqual(['only']);
  });

  test('unpacks an image once', async () => {
    const source = layout([lower()]);
    const { root, cache } = await unpack(source);
    const { ino } = statSync(root);
    expect(await unpackOciImage(source, { env: { XDG_CACHE_HOME: cache } })).toBe(root);
    expect(statSync(root).ino).toBe(ino);
    expect(readdirSync(join(cache, 'appimage')).filter((name) => name.includes('partial'))).toEqual([]);
  });

  test('reads a tarball of a layout', async () => {
    const tarball = join(temporaryFolder(), 'image.tar');
    run('tar', ['-cf', tarball, '-C', layout([lower()]), '.']);
    const { root } = await unpack(tarball);
    expect(readFileSync(join(root, 'etc/kept'), 'utf8')).toBe('kept');
  });

  test('reads what docker save wrote of old', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'abc'));
    writeFileSync(join(folder, 'abc/layer.tar'), lower());
    writeFileSync(join(folder, 'config.json'), '{}');
    writeFileSync(
      join(folder, 'manifest.json'),
      JSON.stringify([{ Config: 'config.json', Layers: ['abc/layer.tar'] }]),
    );
    const { root } = await unpack(folder);
    expect(readFileSync(join(root, 'etc/kept'), 'utf8')).toBe('kept');
  });

  test('refuses a layer with another digest', async () => {
    const folder = layout([lower()]);
    for (const name of readdirSync(join(folder, 'blobs/sha256'))) {
      const path = join(folder, 'blobs/sha256', name);
      const bytes = readFileSync(path);
      if (bytes.length > 5000) writeFileSync(path, Buffer.concat([bytes, END]));
    }
    await expect(unpack(folder)).rejects.toMatchObject({ code: 'untrusted' });
  });

  test('refuses a manifest with another digest', async () => {
    const folder = layout([lower()]);
    for (const name of readdirSync(join(folder, 'blobs/sha256'))) {
      const path = join(folder, 'blobs/sha256', name);
      if (readFileSync(path, 'latin1').includes('"layers"')) writeFileSync(path, '{"layers": []}');
    }
    await expect(unpack(folder)).rejects.toMatchObject({ code: 'untrusted' });
  });

  test('tells which machine there is nothing for', async () => {
    const folder = layout([lower()]);
    const index = readFileSync(join(folder, 'index.json'), 'utf8').replace('amd64', 's390x');
    writeFileSync(join(folder, 'index.json'), index);
    await expect(unpack(folder)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/expected one for amd64, found s390x/),
    });
  });

  test.each([
    ['{', /expected JSON/],
    ['{}', /expected a list of descriptors/],
    ['{"manifests": [{}]}', /expected a digest/],
    ['{"manifests": [{"digest": "sha256:../../../../etc/passwd"}]}', /digest must be sha256 or sha512/],
    ['{"manifests": [{"digest": "md5:d41d8cd98f00b204e9800998ecf8427e"}]}', /digest must be sha256 or sha512/],
  ])('refuses the index %s', async (index, message) => {
    const folder = layout([lower()]);
    writeFileSync(join(folder, 'index.json'), index);
    await expect(unpack(folder)).rejects.toMatchObject({ code: 'malformed', message: expect.stringMatching(message) });
  });

  test('refuses what is no tarball', async () => {
    await expect(unpack(layout([Buffer.alloc(2048, 'no tarball at all')]))).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});

describe('a layer', () => {
  const outside = () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'secret'), 'secret');
    return folder;
  };

  test.each([
    ['a path that goes up', (out: string) => [entry(`../../../../../../../..${out}/planted`, '0', '', 'x')]],
    ['an absolute path', (out: string) => [entry(`${out}/planted`, '0', '', 'x')]],
    ['a symlink and a file behind it', (out: string) => [entry('way', '2', out), entry('way/planted', '0', '', 'x')]],
    [
      'a chain of symlinks',
      (out: string) => [
        entry('a', '2', '../../../../../../../../../..'),
        entry('b', '2', `a${out}`),
        entry('b/planted', '0', '', 'x'),
      ],
    ],
    [
      'a symlink in the place of a file',
      (out: string) => [entry('f', '2', `${out}/planted`), entry('f', '0', '', 'x')],
    ],
    ['a directory through a symlink', (out: string) => [entry('d', '2', `${out}/planted`), entry('d/', '5')]],
  ])('writes nothing outside by %s', async (_, entries) => {
    const out = outside();
    const { root } = await unpack(layout([Buffer.concat([...entries(out), END])]));
    expect(readdirSync(out)).toEqual(['secret']);
    expect(lstatSync(root).isDirectory()).toBe(true);
  });

  test('removes nothing outside by a whiteout', async () => {
    const out = outside();
    await unpack(layout([Buffer.concat([entry('way', '2', out), entry('way/.wh.secret', '0'), END])]));
    expect(existsSync(join(out, 'secret'))).toBe(true);
  });

  test('links to nothing outside', async () => {
    const out = outside();
    const entries = [entry('way', '2', out), entry('hard', '1', `${out}/secret`), END];
    await expect(unpack(layout([Buffer.concat(entries)]))).rejects.toMatchObject({ code: 'io' });
  });

  test('may have links in a circle', async () => {
    const entries = [entry('a', '2', 'b'), entry('b', '2', 'a'), entry('a/x', '0'), END];
    await expect(unpack(layout([Buffer.concat(entries)]))).rejects.toMatchObject({ code: 'malformed' });
  });

  test.each([
    ['index.json', 'malformed'],
    ['manifest.json', 'io'],
  ])('reads no %s that leads out of an archive', async (name, code) => {
    const file = join(temporaryFolder(), 'image.tar');
    writeFileSync(file, Buffer.concat([entry(name, '2', '/dev/zero'), END]));
    await expect(unpack(file)).rejects.toMatchObject({ code });
  });

  test('takes no layer from outside', async () => {
    const out = outside();
    writeFileSync(
      join(out, 'layer.tar'),
      layer((folder) => writeFileSync(join(folder, 'private'), 'x')),
    );
    const manifest = JSON.stringify([{ Config: 'c.json', Layers: ['layer.tar'] }]);
    const file = join(temporaryFolder(), 'image.tar');
    const entries = [entry('manifest.json', '0', '', manifest), entry('layer.tar', '2', join(out, 'layer.tar')), END];
    writeFileSync(file, Buffer.concat(entries));
    await expect(unpack(file)).rejects.toMatchObject({ code: 'malformed' });
  });

  test('removes what a start that was killed has left', async () => {
    const cache = temporaryFolder();
    const place = join(cache, 'appimage');
    const ended = '4194305'; // no process can have that number
    const left = [`root-${'a'.repeat(40)}.partial.${ended}-x`, `root-layout.partial.${ended}-y`];
    for (const name of left) mkdirSync(join(place, name, 'usr'), { recursive: true, mode: 0o700 });
    await unpackOciImage(layout([lower()]), { env: { XDG_CACHE_HOME: cache } });
    expect(readdirSync(place).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
