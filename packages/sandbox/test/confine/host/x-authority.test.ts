import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, temporaryFolder, testWith } from '@appimage-js/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { authorityOfDisplay } from '../../../src/confine/host/x-authority.ts';

describe('authorityOfDisplay', () => {
  testWith(['xauth'], 'takes the entries of one display out of a file that xauth has written', () => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'all');
    writeFileSync(file, '');
    for (const [display, cookie] of [
      ['host/unix:0', 'aa11'],
      ['host/unix:10', 'bb22'],
      ['other/unix:0', 'cc33'],
    ] as const) {
      run('xauth', ['-q', '-f', file, 'add', display, '.', cookie]);
    }
    const one = join(folder, 'one');
    writeFileSync(one, authorityOfDisplay(readFileSync(file), { from: '0', to: '99' }) ?? '');
    expect(run('xauth', ['-n', '-f', one, 'list']).split('\n').filter(Boolean).sort()).toEqual([
      'host/unix:99  MIT-MAGIC-COOKIE-1  aa11',
      'other/unix:99  MIT-MAGIC-COOKIE-1  cc33',
    ]);
  });

  test('takes nothing from what is empty, cut off or of another display', () => {
    expect(authorityOfDisplay(new Uint8Array(0), { from: '0', to: '1' })).toBeUndefined();
    expect(authorityOfDisplay(Uint8Array.of(1, 0, 0, 1, 65, 0, 1), { from: '0', to: '1' })).toBeUndefined();
  });

  test('ends, whatever is in the file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (file) => void authorityOfDisplay(file, { from: '', to: '99' })),
    );
  });
});
