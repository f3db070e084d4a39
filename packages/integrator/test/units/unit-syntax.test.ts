import { expect, test } from 'vitest';
import { assignment, commandLine, pathValue } from '../../src/units/unit-syntax.ts';

test('a command line quotes what systemd would read otherwise', () => {
  expect(commandLine(['/usr/bin/node', '/opt/a b/c.js', 'daemon'])).toBe('/usr/bin/node "/opt/a b/c.js" daemon');
  expect(commandLine(['/a%h', '50%', '$HOME', 'a"b\\c', ''])).toBe('/a%%h 50%% "$$HOME" "a\\"b\\\\c" ""');
  expect(commandLine(['/a', 'x\ny\tz'])).toBe('/a "x\\u000ay\\u0009z"');
});

test('variables are not looked for in the name of the program', () => {
  expect(commandLine(['/opt/$cheap/appimage', 'a$b'])).toBe('"/opt/$cheap/appimage" "a$$b"');
});

test('a program whose name systemd refuses is started by a shell', () => {
  expect(commandLine(['/opt/it\'s/a"b$', 'daemon'])).toBe(
    '/bin/sh -c "exec \\"$$0\\" \\"$$@\\"" "/opt/it\'s/a\\"b$$" daemon',
  );
});

test('an assignment keeps dollar signs', () => {
  expect(assignment('XDG_DATA_HOME', '/a $b/50%')).toBe('"XDG_DATA_HOME=/a $b/50%%"');
});

test('a watched path stands as it is, but where the end of the line would change it', () => {
  expect(pathValue('/home/a b/"x" $y')).toBe('/home/a b/"x" $y');
  expect(pathValue('/home/50%')).toBe('/home/50%%');
  expect([pathValue('/a '), pathValue('/a\\')]).toEqual(['/a /', '/a\\/']);
  expect([pathValue('/a\nb'), pathValue('/a\rb')]).toEqual([null, null]);
});
