import { expect, test } from 'vitest';
import { lintFixture } from '../../rule-fixture.ts';

const script = (text: string) => ({ mode: 0o755, text });
const many = (text: string) => text.repeat(Math.floor(1_000_000 / text.length));
const header = `${'-'.repeat(5)}BEGIN PRIVATE KEY${'-'.repeat(5)}`;

test('Texts in which the beginnings of what is looked for are repeated without end are read through all the same', async () => {
  const { findings } = await lintFixture({
    'usr/bin/commands': script(`#!/bin/sh\nLD_LIBRARY_PATH=${'$('.repeat(30_000)}`),
    'usr/bin/variables': script(`#!/bin/sh\n${many('LD_LIBRARY_PATH=').slice(0, 60_000)}`),
    'usr/bin/paths': script(`#!/bin/sh\n${many('/usr/').slice(0, 250_000)}`),
    'usr/etc/homes.json': many('/home/ada/b'),
    'usr/etc/headers': many(header),
    'usr/etc/fields': `${header}${many('Proc-Type\n')}`,
    'usr/etc/breaks': `${header}${many('\n')}`,
    'usr/.git-credentials': many('://a'),
    'usr/.pypirc': many('\n'),
    'usr/.pgpass': many(':'),
    'usr/.env': many('A'),
    'usr/qt.conf': many('Prefix'),
    'usr/loaders.cache': many('"/'),
  });
  expect(findings.map(({ rule }) => rule)).not.toContain('unreadable');
});
