import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import { decodeFileName } from '../../../src/io/file-name.ts';
import { nodeCompressor } from '../../../src/node/codecs.ts';
import { snapshotImage, snapshotInput } from '../../support/snapshots.ts';
import { type Base, device, directory, file, ipc, noise, openImage, symlink, writeImage } from '../../support/trees.ts';

const BLOCK_SIZE = 4096;
const ids = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 0xffff_ffff }));

const xattrMaps = fc.oneof(
  { weight: 4, arbitrary: fc.constant(new Map<string, Uint8Array>()) },
  fc
    .dictionary(fc.constantFrom('user.a', 'user.b', 'trusted.a', 'security.z'), fc.uint8Array({ maxLength: 40 }))
    .map((entries) => new Map(Object.entries(entries))),
);

const bases: fc.Arbitrary<Base> = fc.record({
  mode: fc.nat({ max: 0o7777 }),
  uid: ids,
  gid: ids,
  mtime: fc.nat({ max: 0xffff_ffff }),
  xattrs: xattrMaps,
});

/** Pieces of noise and of zeros, cut where it hurts. */
const contents = fc
  .array(fc.tuple(fc.boolean(), fc.constantFrom(0, 1, 100, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1)), {
    maxLength: 4,
  })
  .map((pieces) =>
    Buffer.concat(pieces.map(([zeros, length]) => (zeros ? new Uint8Array(length) : noise(length, length)))),
  );

const leaves: fc.Arbitrary<InputNode> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(contents, bases).map(([content, base]) => file(content, base)) },
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), bases).map(([target, base]) => {
    return symlink(decodeFileName(target.map((byte) => byte || 1)), base);
  }),
  fc
    .tuple(
      fc.constantFrom('block-device', 'character-device'),
      fc.nat({ max: 0xfff }),
      fc.nat({ max: 0xf_ffff }),
      bases,
    )
    .map(([type, major, minor, base]) => device(type, major, minor, base)),
  fc.tuple(fc.constantFrom('fifo', 'socket'), bases).map(([type, base]) => ipc(type, base)),
);

const names = fc
  .uint8Array({ minLength: 1, maxLength: 30 })
  .map((bytes) => decodeFileName(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0xfe : byte))))
  .filter((name) => name !== '.' && name !== '..');

const { tree } = fc.letrec<{ tree: InputDirectory; node: InputNode }>((tie) => ({
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaves, tie('tree')),
  tree: fc
    .tuple(fc.array(fc.tuple(names, tie('node')), { maxLength: 6 }), bases)
    .map(([entries, base]) => directory(entries, base)),
}));

/** Some of the files get a second name in the root. */
const trees = fc.tuple(tree, fc.nat({ max: 3 })).map(([root, count]) => {
  const linked = [...root.entries].filter(([, node]) => node.type !== 'directory').slice(0, count);
  const names = linked.map(([name, node]): [string, InputNode] => [`second name of ${name}`, node]);
  return directory([...root.entries, ...names], root);
});

test('any tree is read back as it was written', async () => {
  const options = fc.record({
    compressor: fc.constantFrom(nodeCompressor('gzip', 1), nodeCompressor('zstd', 1)),
    tailPacking: fc.constantFrom('small-files', 'always', 'never'),
    exportable: fc.boolean(),
    padding: fc.constantFrom(1, 4096),
  });
  await fc.assert(
    fc.asyncProperty(trees, options, async (root, chosen) => {
      const image = await writeImage(root, { blockSize: BLOCK_SIZE, ...chosen });
      expect(await snapshotImage(await openImage(image))).toEqual(await snapshotInput(root));
    }),
    { numRuns: 200 },
  );
});
