import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InputDirectory, InputNode } from '../../../src/filesystem/input-tree.ts';
import { decodeFileName } from '../../../src/io/file-name.ts';
import { snapshotImage, snapshotInput } from '../../support/snapshots.ts';
import { type Base, device, directory, file, ipc, noise, symlink } from '../../support/trees.ts';
import { COMPRESSED, openIso, writeIso } from '../support/write-image.ts';

const BLOCK_SIZE = 32_768;
const ids = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 0xffff_ffff }));

const bases: fc.Arbitrary<Base> = fc.record({
  mode: fc.nat({ max: 0o7777 }),
  uid: ids,
  gid: ids,
  mtime: fc.nat({ max: 0xffff_ffff }),
});

/** Pieces of noise and of zeros, cut where it hurts. */
const contents = fc
  .array(
    fc.tuple(fc.boolean(), fc.constantFrom(0, 1, 100, 2047, 2048, 2049, BLOCK_SIZE - 1, BLOCK_SIZE, BLOCK_SIZE + 1)),
    {
      maxLength: 4,
    },
  )
  .map((pieces) =>
    Buffer.concat(pieces.map(([zeros, length]) => (zeros ? new Uint8Array(length) : noise(length, length)))),
  );

/** Bytes of a name or target: short ones, and such as have no room in a record, in an entry or in a sector. */
const texts = (maximum: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 20 }) },
    fc.uint8Array({ minLength: 90, maxLength: 130 }),
    fc.integer({ min: 1, max: maximum }).chain((length) => fc.integer().map((seed) => noise(length, seed))),
  );

const leaves: fc.Arbitrary<InputNode> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(contents, bases).map(([content, base]) => file(content, base)) },
  {
    weight: 2,
    arbitrary: fc.tuple(texts(1500), bases).map(([target, base]) => {
      // Slashes and dots are what targets are cut at.
      const bytes = target.map((byte) => (byte < 16 ? 0x2f : byte < 32 ? 0x2e : byte));
      return symlink(decodeFileName(bytes), base);
    }),
  },
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

const names = texts(255)
  .map((bytes) => decodeFileName(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0xfe : byte))))
  .filter((name) => name !== '.' && name !== '..');

const { tree } = fc.letrec<{ tree: InputDirectory; node: InputNode }>((tie) => ({
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaves, tie('tree')),
  tree: fc
    .tuple(fc.array(fc.tuple(names, tie('node')), { maxLength: 8 }), bases)
    .map(([entries, base]) => directory(entries, base)),
}));

/** Some of the files get a second name in the root. */
const trees = fc.tuple(tree, fc.nat({ max: 3 })).map(([root, count]) => {
  const linked = [...root.entries].filter(([, node]) => node.type !== 'directory').slice(0, count);
  const second = linked.map(([, node], index): [string, InputNode] => [`second name ${index}`, node]);
  return directory([...root.entries, ...second], root);
});

test('any tree is read back as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(trees, fc.boolean(), async (root, compressed) => {
      const image = await writeIso(root, compressed ? COMPRESSED : {});
      expect(await snapshotImage(await openIso(image))).toEqual(await snapshotInput(root));
    }),
    { numRuns: 80 },
  );
});
