import { join } from 'node:path';
import { temporaryFolder, testWith } from '@appimage-js/testing';
import { execa } from 'execa';
import { describe, expect } from 'vitest';
import { shellCommand } from './support/appimage.ts';
import { probeAppDir } from './support/probe-app-dir.ts';

/** Runs a shell command in a terminal of 80 columns and answers what that shows. */
async function inTerminal(command: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await execa('script', ['-qec', command, '/dev/null'], {
    stdin: 'ignore',
    env: { TERM: 'xterm-256color', CI: undefined, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
  });
  return stdout;
}

const ESCAPE = '\x1b[';
const SIZE = 'stty cols 80';

function buildCommand(...options: string[]): string {
  const folder = temporaryFolder();
  probeAppDir(join(folder, 'AppDir'));
  const output = join(folder, 'x.AppImage');
  return shellCommand('build', join(folder, 'AppDir'), '-o', output, '--arch', 'x86_64', ...options);
}

describe('on a terminal', () => {
  testWith(['script'], 'progress is shown, and gone at the end', async () => {
    const shown = await inTerminal(`${SIZE}; ${buildCommand()}`);
    expect(shown).toContain('Reading ');
    expect(shown.indexOf('Built ')).toBeGreaterThan(shown.lastIndexOf(`${ESCAPE}0K`));
    expect(shown.lastIndexOf(`${ESCAPE}?25h`)).toBeGreaterThan(shown.lastIndexOf(`${ESCAPE}?25l`)); // the cursor is back
  });

  testWith(
    ['script'],
    'no progress is shown with --quiet, into a file, or where the terminal has no size',
    async () => {
      expect(await inTerminal(`${SIZE}; ${buildCommand('--quiet')}`)).toBe('');
      for (const command of [`${SIZE}; ${buildCommand()} 2>/dev/null`, `stty cols 0; ${buildCommand()}`]) {
        const shown = await inTerminal(command);
        expect(shown).toMatch(/^Built /);
        expect(shown).not.toContain(ESCAPE);
      }
    },
  );

  testWith(['script'], 'colors are used, but not with --no-color or NO_COLOR', async () => {
    const failing = shellCommand('info', '/nowhere');
    expect(await inTerminal(`${failing} || true`)).toContain(`${ESCAPE}31mappimage:`);
    expect(await inTerminal(`${failing} --no-color || true`)).not.toContain(ESCAPE);
    expect(await inTerminal(`${failing} || true`, { NO_COLOR: '1' })).not.toContain(ESCAPE);
  });

  testWith(['script'], '--no-color takes the color out of the progress as well', async () => {
    const shown = await inTerminal(`${SIZE}; ${buildCommand('--no-color')}`);
    expect(shown).toContain('Reading ');
    expect(shown).not.toContain(`${ESCAPE}36m`);
  });
});
