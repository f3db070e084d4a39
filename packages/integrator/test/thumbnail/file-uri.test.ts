import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { fileUri } from '../../src/thumbnail/file-uri.ts';

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter(
  (each) => each !== '/',
);

testWith(['gio'], 'writes every character as GLib does', () => {
  const folder = temporaryFolder();
  for (const character of [...PRINTABLE, '\t', '\u007f', 'ü', '日', '😀', 'a\u0301']) {
    const path = join(folder, `x${character}y`);
    writeFileSync(path, '');
    const [, uri] = /^uri: (.*)$/m.exec(run('gio', ['info', '-a', 'standard::name', path])) ?? [];
    expect(fileUri(path)).toBe(uri);
  }
});

test('takes absolute paths only', () => {
  expect(() => fileUri('a/b')).toThrow(RangeError);
});
