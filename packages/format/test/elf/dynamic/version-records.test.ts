import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  parseVersionDefinition,
  serializeVersionDefinition,
  VERSION_DEFINITION_SIZE,
} from '../../../src/elf/dynamic/version-definition.ts';
import {
  parseVersionDefinitionName,
  serializeVersionDefinitionName,
  VERSION_DEFINITION_NAME_SIZE,
} from '../../../src/elf/dynamic/version-definition-name.ts';
import { parseVersionNeed, serializeVersionNeed, VERSION_NEED_SIZE } from '../../../src/elf/dynamic/version-need.ts';
import {
  parseVersionNeedEntry,
  serializeVersionNeedEntry,
  VERSION_NEED_ENTRY_SIZE,
} from '../../../src/elf/dynamic/version-need-entry.ts';
import type { ElfRecordLayout } from '../../../src/elf/record-layout.ts';
import { inAnyLayout } from '../any-fields.ts';

interface RecordFunctions<Value> {
  readonly size: number;
  readonly parse: (bytes: Uint8Array, layout: ElfRecordLayout) => Value;
  readonly serialize: (value: Value, layout: ElfRecordLayout) => Uint8Array;
}

function expectInverse<Value>(
  values: fc.Arbitrary<[ElfRecordLayout, Value]>,
  { size, parse, serialize }: RecordFunctions<Value>,
): void {
  fc.assert(
    fc.property(values, ([layout, value]) => {
      const bytes = serialize(value, layout);
      expect(bytes).toHaveLength(size);
      expect(parse(bytes, layout)).toEqual(value);
    }),
  );
}

test('a version requirement is written as it is read', () => {
  const values = inAnyLayout(({ uint16, uint32 }) =>
    fc.record({ version: uint16, count: uint16, fileOffset: uint32, entriesOffset: uint32, nextOffset: uint32 }),
  );
  expectInverse(values, { size: VERSION_NEED_SIZE, parse: parseVersionNeed, serialize: serializeVersionNeed });
});

test('a version that is needed is written as it is read', () => {
  const values = inAnyLayout(({ uint16, uint32 }) =>
    fc.record({ hash: uint32, flags: uint16, index: uint16, nameOffset: uint32, nextOffset: uint32 }),
  );
  expectInverse(values, {
    size: VERSION_NEED_ENTRY_SIZE,
    parse: parseVersionNeedEntry,
    serialize: serializeVersionNeedEntry,
  });
});

test('a version that is offered is written as it is read', () => {
  const values = inAnyLayout(({ uint16, uint32 }) =>
    fc.record({
      version: uint16,
      flags: uint16,
      index: uint16,
      count: uint16,
      hash: uint32,
      namesOffset: uint32,
      nextOffset: uint32,
    }),
  );
  expectInverse(values, {
    size: VERSION_DEFINITION_SIZE,
    parse: parseVersionDefinition,
    serialize: serializeVersionDefinition,
  });
});

test('the name of a version is written as it is read', () => {
  const values = inAnyLayout(({ uint32 }) => fc.record({ nameOffset: uint32, nextOffset: uint32 }));
  expectInverse(values, {
    size: VERSION_DEFINITION_NAME_SIZE,
    parse: parseVersionDefinitionName,
    serialize: serializeVersionDefinitionName,
  });
});
