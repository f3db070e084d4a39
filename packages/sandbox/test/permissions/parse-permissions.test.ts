import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAppImageError } from '@appimage-js/format';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { execaSync } from 'execa';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEVELS, levelPermissions, parsePermissions } from '../../src/permissions/index.ts';

const SCHEMA = fileURLToPath(new URL('../../schema/permissions-v1.schema.json', import.meta.url));

const GOOD: readonly unknown[] = [
  {},
  { $schema: 'x' },
  ...LEVELS.map(levelPermissions),
  { filesystem: { home: 'read', 'xdg-download': 'write', '~/x y': 'create', '/srv/data': 'read', '~': 'read' } },
  {
    sessionBus: {
      talk: ['org.example.Name', 'org.example.*'],
      own: [],
      call: ['org.example.Name=org.example.I.M@/a/*'],
    },
  },
  { environment: { set: { A: 'b\n' }, unset: ['C'], pass: ['D_1'] } },
  { home: 'temporary', identity: 'none', network: 'loopback', features: ['devel'], sockets: ['x11'], devices: ['all'] },
];

const BAD: readonly (readonly [value: unknown, path: string])[] = [
  [null, '/'],
  [[], '/'],
  [{ network: 'yes' }, '/network'],
  [{ sockets: ['x11', 'x12'] }, '/sockets/1'],
  [{ sockets: 'x11' }, '/sockets'],
  [{ devices: [1] }, '/devices/0'],
  [{ filesystm: {} }, '/filesystm'],
  [{ filesystem: { '/a': 'own' } }, '/filesystem/~1a'],
  [{ filesystem: { 'a/b': 'read' } }, '/filesystem/a~1b'],
  [{ filesystem: { '/a/../b': 'read' } }, '/filesystem/~1a~1..~1b'],
  [{ filesystem: { '/a*': 'read' } }, '/filesystem/~1a*'],
  [{ filesystem: { '': 'read' } }, '/filesystem/'],
  [{ sessionBus: { talk: ['name'] } }, '/sessionBus/talk/0'],
  [{ sessionBus: { talk: ['org.*.x'] } }, '/sessionBus/talk/0'],
  [{ systemBus: { speak: [] } }, '/systemBus/speak'],
  [{ systemBus: { call: ['org.example.Name'] } }, '/systemBus/call/0'],
  [{ environment: { set: { 'A=B': '' } } }, '/environment/set/A=B'],
  [{ environment: { set: { A: 1 } } }, '/environment/set/A'],
  [{ environment: { pass: ['1A'] } }, '/environment/pass/0'],
];

describe('parsePermissions', () => {
  test('grants nothing that is left out', () => {
    expect(parsePermissions({})).toMatchObject({
      filesystem: {},
      sockets: [],
      devices: [],
      network: 'off',
      features: [],
    });
  });

  test('reads what it has written', () => {
    for (const level of LEVELS) {
      const permissions = levelPermissions(level);
      expect(parsePermissions(JSON.parse(JSON.stringify(permissions)))).toEqual(sorted(permissions));
    }
  });

  test.each(BAD)('refuses %j, and says where', (value, path) => {
    expect(() => parsePermissions(value)).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringContaining(`${path} `) }),
    );
  });

  test('tells all that is wrong at once', () => {
    expect(() => parsePermissions({ network: 1, home: 2 })).toThrow(/\/home .*; \/network /);
  });

  test('throws nothing but its own errors, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(parsePermissions({}))), (value, key) => {
        for (const document of [value, { [key]: value }]) {
          try {
            parsePermissions(document);
          } catch (error) {
            expect(isAppImageError(error) && error.code).toBe('malformed');
          }
        }
      }),
    );
  });
});

const hasSchemaLibrary = execaSync('python3', ['-c', 'import jsonschema'], { reject: false }).exitCode === 0;

describeWith([{ name: 'python3-jsonschema', isThere: hasSchemaLibrary }], 'the schema of permissions', () => {
  test('agrees with the parser', () => {
    const documents = join(temporaryFolder(), 'documents.json');
    const all = [...GOOD, ...BAD.map(([value]) => value)];
    writeFileSync(documents, JSON.stringify(all));
    const program =
      'import json,sys,jsonschema; s=json.load(open(sys.argv[1])); jsonschema.Draft202012Validator.check_schema(s); ' +
      'v=jsonschema.Draft202012Validator(s); print("".join("+" if v.is_valid(f) else "-" for f in json.load(open(sys.argv[2]))))';
    const { stdout } = execaSync('python3', ['-c', program, SCHEMA, documents]);
    expect(stdout).toBe('+'.repeat(GOOD.length) + '-'.repeat(BAD.length));
    for (const value of GOOD) expect(() => parsePermissions(value)).not.toThrow();
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sorted(item)]));
}
