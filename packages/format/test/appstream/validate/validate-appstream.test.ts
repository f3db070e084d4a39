import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type AppStreamFlaw, parseXml, validateAppStream } from '../../../src/index.ts';
import { generateMetainfo } from './generate-metainfo.ts';

const CORPUS = join(import.meta.dirname, '../corpus');

/** What is not looked for here, since it needs a list of all top level domains. */
const LEFT_OUT: ReadonlySet<string> = new Set(['cid-maybe-not-rdns']);

/** The licenses that the files have. */
const LICENSES = new Set(
  'MIT 0BSD OFL-1.1 CC0-1.0 Apache-2.0 BSD-3-Clause GPL-2.0 LGPL-2.1 GPL-3.0-or-later GPL-3.0-only GCC-exception-3.1'.split(
    ' ',
  ),
);

interface Issue {
  readonly tag: string;
  readonly severity: string;
}

/** What appstreamcli says of files, by their names, as "tag severity". */
function judge(paths: readonly string[]): Map<string, string[]> {
  const { stdout } = spawnSync('appstreamcli', ['validate', '--no-net', '--format', 'yaml', ...paths], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const verdicts = new Map<string, string[]>();
  for (const text of stdout.split(/^---$/m)) {
    const report = parse(text) as { readonly File?: string; readonly Issues?: readonly Issue[] } | null;
    if (report?.File === undefined) continue;
    const issues = (report.Issues ?? []).filter(({ tag, severity }) => severity !== 'pedantic' && !LEFT_OUT.has(tag));
    const known = verdicts.get(report.File) ?? [];
    verdicts.set(report.File, [
      ...known,
      ...issues.map(({ tag, severity }) => `${tag} ${severity.replace('info', 'note')}`),
    ]);
  }
  return verdicts;
}

function flawsOf(text: Uint8Array): string[] {
  const flaws = validateAppStream(parseXml(text, { what: 'AppStream metadata' }), {
    isKnownLicense: (id) => LICENSES.has(id),
  });
  return unique(flaws.map(({ tag, severity }) => `${tag} ${severity}`));
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}

describe('Metadata are judged as appstreamcli judges them:', () => {
  testWith(['appstreamcli'], 'generated ones', () => {
    const folder = temporaryFolder();
    const documents = generateMetainfo(300, 20261121);
    const names = documents.map((document, index) => {
      const name = `e${index}.metainfo.xml`;
      writeFileSync(join(folder, name), document);
      return name;
    });
    const verdicts = judge(names.map((name) => join(folder, name)));
    const differences = names.flatMap((name, index) => {
      const document = documents[index] as string;
      const expected = unique(verdicts.get(name) ?? []);
      const found = flawsOf(new TextEncoder().encode(document));
      return `${found}` === `${expected}` ? [] : { document, expected, found };
    });
    expect(differences).toEqual([]);
  });

  testWith(['appstreamcli'], 'those of the corpus', () => {
    const names = readdirSync(CORPUS).filter((name) => name.endsWith('.xml'));
    const verdicts = judge(names.map((name) => join(CORPUS, name)));
    const differences = names.flatMap((name) => {
      const expected = unique(verdicts.get(name) ?? []);
      const found = flawsOf(readFileSync(join(CORPUS, name)));
      return `${found}` === `${expected}` ? [] : { name, expected, found };
    });
    expect(differences).toEqual([]);
  });
});

test('A flaw says what was expected and what was found', () => {
  const document = '<component><id>org.example.app</id><metadata_license>GPL-2.0</metadata_license></component>';
  const flaws = validateAppStream(parseXml(new TextEncoder().encode(document), { what: 'test' }));
  const expected: AppStreamFlaw = {
    severity: 'error',
    tag: 'metadata-license-invalid',
    message: 'metadata must have a permissive license such as CC0-1.0, found "GPL-2.0"',
  };
  expect(flaws).toContainEqual(expected);
});
