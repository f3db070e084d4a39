import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesContent, type InputDirectory, type InputNode, memorySink, writeSquashfs } from '@appimage-js/format';
import { nodeCompressor } from '@appimage-js/format/node';
import { sharedFolder } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { explainDelta } from '../../src/index.ts';
import { noise } from '../fetch/noise.ts';
import { makeImage } from '../support/make-image.ts';

const folder = sharedFolder();

async function squashfs(name: string, files: Record<string, Uint8Array>, level = 1): Promise<string> {
  const entries = new Map<string, InputNode>(
    Object.entries(files).map(([path, bytes]) => [
      path,
      { type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0, content: bytesContent(bytes) },
    ]),
  );
  const root: InputDirectory = { type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, entries };
  const sink = memorySink();
  await writeSquashfs({ root, sink, compressor: nodeCompressor('gzip', level) });
  const path = join(folder, name);
  writeFileSync(path, sink.bytes);
  return path;
}

const text = (lines: number): Uint8Array =>
  new TextEncoder().encode(Array.from({ length: lines }, (_, index) => `line ${(index * 7919) % 1000}\n`).join(''));

describe('what an update would fetch', () => {
  test('is nothing of the same image', async () => {
    const file = await squashfs('same', { one: noise(200_000) });
    expect(await explainDelta({ file, against: file })).toMatchObject({ bytesToFetch: 0, parts: [] });
  });

  test('is named file by file, and sums up', async () => {
    const kept = noise(400_000, 1);
    const against = await squashfs('old', { kept, 'was-here': noise(150_000, 2) });
    const file = await squashfs('new', { kept, 'was-here': noise(150_000, 3), added: noise(300_000, 4) });
    const { parts, bytesToFetch, size } = await explainDelta({ file, against, blockSize: 1024 });
    const reasons = Object.fromEntries(
      parts.map(({ what, reason }) => ['path' in what ? what.path : what.part, reason]),
    );
    expect(reasons).toMatchObject({ added: 'new', 'was-here': 'changed' });
    expect(reasons).not.toHaveProperty('kept');
    expect(parts.reduce((total, { bytes }) => total + bytes, 0)).toBe(bytesToFetch);
    expect(bytesToFetch).toBeGreaterThanOrEqual(450_000);
    expect(bytesToFetch).toBeLessThan(size - 380_000);
    expect(parts[0]).toMatchObject({ what: { path: 'added' }, reason: 'new' });
  });

  test('says of contents that are only packed otherwise that they are the same', async () => {
    const against = await squashfs('level-1', { page: text(60_000) }, 1);
    const file = await squashfs('level-9', { page: text(60_000) }, 9);
    const { parts } = await explainDelta({ file, against });
    expect(parts[0]).toMatchObject({ what: { path: 'page' }, reason: 'repacked' });
  });

  test('names the small file that changed, of those that share a block', async () => {
    const small = (seed: number) => noise(3000, seed);
    const against = await squashfs('small-old', { a: small(1), b: small(2), c: small(3) });
    const file = await squashfs('small-new', { a: small(1), b: small(9), c: small(3) });
    const { parts } = await explainDelta({ file, against, blockSize: 1024 });
    expect(parts[0]).toMatchObject({ what: { path: 'b' }, reason: 'changed' });
    expect(parts.map(({ what }) => what)).not.toContainEqual({ path: 'a' });
  });

  test('tells the runtime from the payload', async () => {
    const content = noise(100_000);
    const paths = await Promise.all(
      ['zsync|https://example.org/old.zsync', 'zsync|https://example.org/new.zsync'].map(
        async (updateInformation, index) => {
          const path = join(folder, `image-${index}`);
          writeFileSync(path, await makeImage({ version: '1', content, updateInformation }));
          return path;
        },
      ),
    );
    const { parts } = await explainDelta({ file: paths[1] ?? '', against: paths[0] ?? '', blockSize: 512 });
    expect(parts.map(({ what }) => what)).toContainEqual({ part: 'runtime' });
    expect(parts.every(({ reason }) => reason === 'moved-along')).toBe(true);
  });

  test('can not be told of a file that is not there', async () => {
    const file = await squashfs('alone', { one: noise(1000) });
    await expect(explainDelta({ file, against: join(folder, 'none') })).rejects.toMatchObject({ code: 'io' });
  });
});
