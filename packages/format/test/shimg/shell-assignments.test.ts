import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shellAssignments } from '../../src/shimg/shell-assignments.ts';

const assignments = (script: string) => [...shellAssignments(script)];

describe('assignments of fixed values', () => {
  test.each<[string, [string, string][]]>([
    ['a=1', [['a', '1']]],
    [
      'a=1\nb=2\n',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'a=1 b=2;c=3 ; d=4',
      [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
        ['d', '4'],
      ],
    ],
    ['\t export a=1', [['a', '1']]],
    [
      'export a=1 b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['readonly a=1', [['a', '1']]],
    ['a=', [['a', '']]],
    [
      `a='x;y' b="x;y"`,
      [
        ['a', 'x;y'],
        ['b', 'x;y'],
      ],
    ],
    [`a='x y'"z"w`, [['a', 'x yzw']]],
    ['a="a\\"b\\\\c\\d"', [['a', 'a"b\\c\\d']]],
    ['a=x\\ y', [['a', 'x y']]],
    ['a=1 # b=2', [['a', '1']]],
    ['a=1 & b=2', [['a', '1']]],
    [
      "a='two\nb=2\nlines' c=3",
      [
        ['a', 'two\nb=2\nlines'],
        ['c', '3'],
      ],
    ],
    ['a="$x\nb=2\n" c=3', [['c', '3']]],
    [
      'a=1\na=2',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['# a=1\nb=2', [['b', '2']]],
    ['a=$(command b=1)\nc=2', [['c', '2']]],
    ['a=`command`\nc=2', [['c', '2']]],
    ['a=$b c=2\nd=3', [['d', '3']]],
  ])('%j are %j', (script, expected) => {
    expect(assignments(script)).toEqual(expected);
  });

  test.each([
    'a=1 command',
    '[ -z x ] && a=1',
    'if true; then a=1; fi',
    'command a=1',
    'x86_64) a=1;;',
    'a =1',
    '1a=1',
    'a+=1',
    "a='never closed\nb=1",
    'a="never closed\nb=1',
    'f(){ a=1; }',
  ])('are not seen in %j', (script) => {
    expect(assignments(script)).toEqual([]);
  });

  testWith(['sh'], 'are those that a shell comes to', () => {
    const path = join(temporaryFolder(), 'script');
    const text = fc.stringMatching(/^[ -~\n]{0,12}$/);
    const bare = fc.stringMatching(/^[A-Za-z0-9_./:+,@%=-]{0,8}$/);
    const single = text.filter((value) => !value.includes("'")).map((value) => `'${value}'`);
    const double = text.map((value) => `"${value.replaceAll(/[$`"\\]/g, '\\$&')}"`);
    const word = fc.array(fc.oneof(bare, single, double), { maxLength: 3 }).map((parts) => parts.join(''));
    const script = fc.array(fc.tuple(word, fc.constantFrom('\n', ' ', ';', '\n# comment\n', '\nexport ', ' \\\n')), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(script, (parts) => {
        const lines = parts.map(([value, separator], index) => `v${index}=${value}${separator}`).join('');
        const prints = parts.map((_, index) => `printf '%s\\0' "$v${index}"`).join('\n');
        writeFileSync(path, `${lines}last=\n${prints}\n`, 'latin1');
        const expected = run('sh', [path]).split('\0').slice(0, -1);
        expect(assignments(`${lines}last=\n`)).toEqual([
          ...expected.map((value, index) => [`v${index}`, value]),
          ['last', ''],
        ]);
      }),
      { numRuns: 150 },
    );
  });
});

test('any text ends, and takes time in proportion to its length', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '=', "'", '"', '\\', '$', '`', '\n', ' ', ';', '#'), maxLength: 200 }),
      (text) => {
        for (const [name, value] of shellAssignments(text))
          expect(`${name}${value}`.length).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 3000 },
  );
});
