import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { appimage } from '../support/appimage.ts';

/** Writes the script of a shell beside a file that can be completed. */
async function script(shell: string): Promise<{ folder: string; path: string }> {
  const folder = temporaryFolder();
  const { stdout } = await appimage(['completion', shell]);
  const path = join(folder, '_appimage');
  writeFileSync(path, stdout);
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'my app.AppImage'), '');
  return { folder, path };
}

const CASES = [
  { line: ['bui'], expected: ['build'] },
  { line: ['build', '--com'], expected: ['--comp'] },
  { line: ['build', '--comp', 'zs'], expected: ['zstd'] },
  { line: ['completion', 'f'], expected: ['fish'] },
  { line: ['help', 'extr'], expected: ['extract'] },
];

describeWith(['bash'], 'in bash', () => {
  const source =
    'source "$1"; shift; COMP_WORDS=(appimage "$@"); COMP_CWORD=$#; _appimage; printf "%s\\n" "${COMPREPLY[@]}"';

  test.each(CASES)('$line becomes $expected', async ({ line, expected }) => {
    const { path } = await script('bash');
    const { stdout } = await execa('bash', ['--norc', '-c', source, 'bash', path, ...line]);
    expect(stdout.split('\n')).toEqual(expected);
  });

  test('a file is left to the shell, and so is what follows the application', async () => {
    const { path } = await script('bash');
    for (const line of [
      ['info', 'my'],
      ['run', 'my app.AppImage', '--js'],
      ['build', '-o', 'x'],
    ]) {
      const { stdout } = await execa('bash', ['--norc', '-c', source, 'bash', path, ...line]);
      expect(stdout).toBe('');
    }
  });
});

describeWith(['fish'], 'in fish', () => {
  test.each([...CASES, { line: ['info', 'my'], expected: ['my app.AppImage'] }])(
    '$line becomes $expected',
    async ({ line, expected }) => {
      const { folder, path } = await script('fish');
      const source = `source ${path}; complete -C "appimage $LINE"`;
      const { stdout } = await execa('fish', ['--no-config', '-c', source], {
        cwd: folder,
        env: { LINE: line.join(' '), HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
      });
      expect(stdout.split('\n').map((word) => word.replace(/\t.*/, '').replaceAll('\\', ''))).toEqual(expected);
    },
  );
});

describeWith(['zsh'], 'in zsh', () => {
  /** Types a line into an interactive shell, presses Tab, and gives what then stands there. */
  const typing = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; unset zle_bracketed_paste; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; print $((6 * 7))-ready'
until zpty -r -m shell out '*42-ready*'; do :; done
zpty -w -n shell "appimage $1"$'\\t\\n'
zpty -w shell 'print $((6 * 7))-done'
zpty -r -m shell out '*42-done*'
print -r -- "$out"
zpty -d shell
`;

  test.each(CASES)('$line becomes $expected', async ({ line, expected }) => {
    const { folder } = await script('zsh');
    const path = `${folder}:/usr/bin:/bin`;
    writeFileSync(join(folder, 'appimage'), '#!/bin/sh\necho "got <$@>"\n', { mode: 0o755 });
    const { stdout } = await execa('zsh', ['-f', '-c', typing, 'zsh', line.join(' ')], {
      cwd: folder,
      env: { PATH: path, HOME: folder, TERM: 'dumb' },
    });
    expect(stdout).toContain(`got <${[...line.slice(0, -1), ...expected].join(' ')}`);
  });
});

test('an unknown shell is refused, with those that there are', async () => {
  const { status, stderr } = await appimage(['completion', 'tcsh']);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/'tcsh' is invalid.*bash, zsh, fish/),
  });
});
