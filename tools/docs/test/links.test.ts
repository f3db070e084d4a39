import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@appimage-js/testing';
import { beforeEach, expect, test } from 'vitest';
import { checkLinks } from '../src/links.ts';

let root: string;

beforeEach(() => {
  root = temporaryFolder();
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, 'docs/guide.md'), '# The guide: `start` here!\n\n```sh\n# not a heading\n```\n');
});

test.for([
  '[guide](docs/guide.md)',
  '[part](docs/guide.md#the-guide-start-here)',
  '[folder](docs)',
  '[titled](docs/guide.md "The guide")',
  '[elsewhere](https://example.org/missing)',
  '[mail](mailto:someone@example.org)',
  '`[code](missing.md)`',
  '```md\n[block](missing.md)\n```',
  '[own](#page)',
  '[reference]\n\n[reference]: docs/guide.md',
])('%s is fine', (line) => {
  expect(messages(line)).toEqual([]);
});

test.for([
  ['[guide](docs/gone.md)', 'README.md:3: the link leads nowhere: docs/gone.md'],
  ['![picture](gone.png)', 'README.md:3: the link leads nowhere: gone.png'],
  ['[part](docs/guide.md#not-a-heading)', 'README.md:3: the page has no heading for docs/guide.md#not-a-heading'],
  ['[own](#gone)', 'README.md:3: the page has no heading for #gone'],
  ['[reference]: gone.md', 'README.md:3: the link leads nowhere: gone.md'],
])('%s is found', ([line = '', message]) => {
  expect(messages(line)).toEqual([message]);
});

function messages(line: string): string[] {
  writeFileSync(join(root, 'README.md'), `# Page\n\n${line}\n`);
  return checkLinks(root, join(root, 'README.md')).map((finding) => `${finding.where}: ${finding.message}`);
}
