import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { beforeEach, expect, test } from 'vitest';
import { checkReadme } from '../src/readme.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

test('a README with every section is fine', () => {
  write('# @appimage-js/x\n\n## Install\n\n## Example\n\n## Options of `x`\n\n## Limits\n');
  expect(messages()).toEqual([]);
});

test('a missing section is found', () => {
  write('# @appimage-js/x\n\n## Install\n\n## Example\n\n```md\n## Options\n```\n\n## Limits\n');
  expect(messages()).toEqual(['a README needs a section "Options", found none']);
});

test('a package that is not yet implemented needs to say only its limits', () => {
  write('# @appimage-js/x\n\n## Limits\n');
  expect(messages('Does things (not yet implemented)')).toEqual([]);
});

test('a missing README is found', () => {
  expect(messages()).toEqual(['a package needs a README, found none']);
});

function messages(description = 'Does things'): string[] {
  const manifest = { name: '@appimage-js/x', version: '1.0.0', description };
  return checkReadme({ path: 'packages/x', folder, shortName: 'x', manifest }).map(({ message }) => message);
}

function write(text: string): void {
  writeFileSync(join(folder, 'README.md'), text);
}
