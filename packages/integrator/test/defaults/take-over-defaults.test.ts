import { seededRandom } from '@appimage-js/testing/seeded-random';
import { expect, test } from 'vitest';
import { takeOverDefaults, withoutProgram } from '../../src/defaults/take-over-defaults.ts';

const swap = (text: string) => takeOverDefaults(text, 'old.desktop', 'new.desktop');

test('one program comes into the place of another, in all groups of choices and in no other', () => {
  const text = `# old.desktop
old.desktop=old.desktop
[Default Applications]
text/plain = ed.desktop;old.desktop;
image/png=old.desktop
[Other]
text/plain=old.desktop
[Added Associations]
text/plain=old.desktop;new.desktop;
[Removed Associations]
text/x=old.desktop.desktop;old.desktop`;
  const { text: after, previous } = swap(text);
  expect(after).toBe(`# old.desktop
old.desktop=old.desktop
[Default Applications]
text/plain =ed.desktop;new.desktop;
image/png=new.desktop
[Other]
text/plain=old.desktop
[Added Associations]
text/plain=new.desktop;
[Removed Associations]
text/x=old.desktop.desktop;new.desktop`);
  expect(previous).toEqual(new Map([['image/png', null]]));
});

test('what is left without a program is known', () => {
  expect(swap('[Default Applications]\na/b=old.desktop;ed.desktop;').previous).toEqual(
    new Map([['a/b', 'ed.desktop;']]),
  );
  expect(withoutProgram('new.desktop;', 'new.desktop')).toBeNull();
  expect(withoutProgram('new.desktop;ed.desktop', 'new.desktop')).toBe('ed.desktop');
});

test('types that are none are not noted', () => {
  const { text, previous } = swap('[Default Applications]\na b=old.desktop\n[x]=old.desktop\n');
  expect(text).toContain('a b=new.desktop');
  expect(previous.size).toBe(0);
});

test('a list that does not name the program stays as it is, whatever is in it', () => {
  const random = seededRandom(3);
  const pieces = [
    '[Default Applications]',
    '[Added Associations]',
    '\n',
    '\r\n',
    '=',
    ';',
    'a/b',
    'x.desktop',
    ' ',
    '#',
    '\0',
  ];
  for (let count = 0; count < 500; count++) {
    const text = Array.from({ length: 40 }, () => pieces[Math.floor(random() * pieces.length)]).join('');
    expect(swap(text)).toEqual({ text, previous: new Map() });
  }
});
