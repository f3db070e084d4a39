import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFileName } from '../../../../src/io/file-name.ts';
import { packBatch, unpackBatch } from '../../../../src/node/extract/batches/batch.ts';

const integer = fc.nat({ max: Number.MAX_SAFE_INTEGER });

const block = fc.record({
  position: integer,
  length: integer,
  start: integer,
  storedLength: integer,
  compressed: fc.boolean(),
  maximumLength: integer,
  skip: integer,
});

/** As names come out of an image: any bytes but NUL. */
const path = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .map((bytes) => decodeFileName(bytes.map((byte) => byte || 0x78)));

const file = fc.record({
  path,
  descriptor: fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined }),
  mode: fc.nat({ max: 0o777 }),
  mtime: fc.nat({ max: 0xffff_ffff }),
  size: integer,
  blocks: fc.array(block, { maxLength: 5 }),
});

test('a batch comes out of a message as it went in, on another thread, too', () => {
  fc.assert(
    fc.property(fc.array(file, { maxLength: 6 }), (batch) => {
      expect(unpackBatch(structuredClone(packBatch(batch)))).toEqual(batch);
    }),
    { numRuns: 500 },
  );
});
