import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandExec, parseExec, quoteExecArgument } from '../../src/desktop-entry/index.ts';

describe('parseExec', () => {
  test.each([
    ['hello', ['hello']],
    ['  hello   --new\t%U ', ['hello', '--new', '%U']],
    ['"/opt/my app/run" "a \\"b\\" \\$c \\`d\\` \\\\e"', ['/opt/my app/run', 'a "b" $c `d` \\e']],
    ['sh -c "echo \\n"', ['sh', '-c', 'echo \\n']],
    ['sh -c \'exec "$0"\' x', ['sh', '-c', 'exec "$0"', 'x']],
    ['run --title="two words" a\\ b', ['run', '--title=two words', 'a b']],
    ['run ""', ['run', '']],
  ])('splits %j', (exec, argv) => {
    expect(parseExec(exec)).toEqual(argv);
  });

  test.each(['', '   ', 'run "open', "run 'open"])('refuses %j', (exec) => {
    expect(() => parseExec(exec)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  test('reads back what quoteExecArgument wrote, percent signs included', () => {
    const argument = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('%', '"', '\\', '$', '`', ' ', "'", 'a') }),
    );
    fc.assert(
      fc.property(fc.array(argument, { minLength: 1 }), (argv) => {
        expect(expandExec(parseExec(argv.map(quoteExecArgument).join(' ')))).toEqual(argv);
      }),
    );
  });
});

describe('quoteExecArgument', () => {
  test.each([
    ['plain/path-1.0', 'plain/path-1.0'],
    ['two words', '"two words"'],
    ['', '""'],
    ['100%', '100%%'],
    ['$HOME', '"\\$HOME"'],
    ['a&b', '"a&b"'],
  ])('writes %j as %j', (argument, quoted) => {
    expect(quoteExecArgument(argument)).toBe(quoted);
  });
});

describe('expandExec', () => {
  test.each([
    [
      ['run', '%f'],
      ['run', '/a'],
    ],
    [
      ['run', '%F'],
      ['run', '/a', '/b'],
    ],
    [
      ['run', '%u'],
      ['run', 'file:///a'],
    ],
    [
      ['run', '%U'],
      ['run', 'file:///a', 'file:///b'],
    ],
    [
      ['run', '%i', '%c'],
      ['run', '--icon', 'app', 'My App'],
    ],
    [
      ['run', '--from=%k', '100%%'],
      ['run', '--from=/x.desktop', '100%'],
    ],
    [['run', '%d', '%D', '%n', '%N', '%v', '%m'], ['run']],
  ])('fills in %j', (argv, expanded) => {
    const fields = {
      files: ['/a', '/b'],
      urls: ['file:///a', 'file:///b'],
      icon: 'app',
      name: 'My App',
      desktopFile: '/x.desktop',
    };
    expect(expandExec(argv, fields)).toEqual(expanded);
  });

  test('drops codes that stand for nothing, but keeps empty arguments', () => {
    expect(expandExec(['run', '%U', '%i', '', '--file=%f'])).toEqual(['run', '', '--file=']);
  });

  test.each(['%x', 'a%', '%%%', '%ü'])('refuses the field code in %j', (argument) => {
    expect(() => expandExec(['run', argument])).toThrow(
      expect.objectContaining({ code: 'malformed', message: expect.stringContaining('field code must be one of') }),
    );
  });
});
