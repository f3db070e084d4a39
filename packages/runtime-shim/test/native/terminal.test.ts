import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@appimage-js/testing';
import { expect, test } from 'vitest';
import { appImageOf, shortFolder } from './fixture.ts';
import { run } from './run.ts';
import { fillSection } from './sections.ts';

const names: readonly (readonly [shown: string, name: Buffer])[] = [
  ['bell?', Buffer.from('bell\x07')],
  ['c1 ?31m', Buffer.from('c1 \u009b31m')],
  ['c1 alone ?31m', Buffer.from('c1 alone \x9b31m', 'latin1')],
  ['cut ?', Buffer.from('cut \xe2\x82', 'latin1')],
  ['delete ?', Buffer.from('delete \x7f')],
  ['größe € 😀', Buffer.from('größe € 😀')],
  ['title ?]0;x?', Buffer.from('title \x1b]0;x\x07')],
  ['two?lines', Buffer.from('two\nlines')],
];

async function image(): Promise<string> {
  const folder = shortFolder();
  mkdirSync(join(folder, 'd'));
  for (const [, name] of names) writeFileSync(Buffer.concat([Buffer.from(`${folder}/d/`), name]), '');
  return appImageOf(folder);
}

/** What a program shows to a terminal. */
async function onTerminal(file: string, args: string): Promise<string> {
  const { stdout } = await run('script', ['-qec', `'${file}' ${args}`, '/dev/null'], { cwd: shortFolder() });
  return stdout.replaceAll('\r\n', '\n');
}

const listed = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.includes('/'))
    .sort();

describeWith(['mksquashfs', 'script'], 'what comes from the image and is shown', () => {
  test('drives no terminal: a question mark is in the place of each control character', async () => {
    const file = await image();
    const shown = names.map(([name]) => `d/${name}`.replace('cut ?', 'cut ??')).sort();
    expect(listed(await onTerminal(file, '--appimage-list'))).toEqual(shown);
    expect(listed(await onTerminal(file, '--appimage-extract "d/*"'))).toEqual(
      shown.map((name) => `squashfs-root/${name}`),
    );
  });

  test('is as it is in a pipe', async () => {
    const { stdout } = await run('/bin/sh', [
      '-c',
      '"$0" --appimage-list | od -An -v -tx1 | tr -d " \\n"',
      await image(),
    ]);
    for (const [, name] of names) expect(stdout).toContain(Buffer.concat([name, Buffer.from('\n')]).toString('hex'));
  });

  test('is treated so in messages, wherever they go', async () => {
    const { stderr } = await run(await image(), ['--appimage-ü\u009bx\x1b']);
    expect(stderr).toMatch(/^AppImage: --appimage-ü\?x\? is no option/);
  });

  test('keeps the lines of an embedded signature, and nothing else that is no text', async () => {
    const file = await image();
    await fillSection(file, '.sha256_sig', '-----BEGIN\n\x1b]0;x\x07\n-----END');
    expect(await onTerminal(file, '--appimage-signature')).toBe('-----BEGIN\n?]0;x?\n-----END\n');
  });
});
