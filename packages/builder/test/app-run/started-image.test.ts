import { join } from 'node:path';
import { availableElfRuntimes } from '@appimage-js/runtime-shim';
import { describeWith, temporaryFolder } from '@appimage-js/testing';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { buildAppImage } from '../../src/index.ts';
import { makeAppDir, makeTree, PNG } from '../make-tree.ts';

const hasRuntime = { name: 'the native runtime', isThere: availableElfRuntimes().includes('x86_64') };

describeWith([hasRuntime], 'an image with an AppRun that was made', () => {
  test('starts its application, which opens a page with the host as the user has it', async () => {
    const folder = temporaryFolder();
    const host = makeTree(join(folder, 'host'), {
      'xdg-open': { mode: 0o755, text: '#!/bin/sh\necho "$@"\nenv | grep -v -e ^PWD= -e ^_= | sort\n' },
    });
    const appDir = makeAppDir(join(folder, 'app'), {
      'hello.png': undefined,
      'usr/share/icons/hicolor/256x256/apps/hello.png': PNG,
      'usr/bin/hello': {
        mode: 0o755,
        text: '#!/bin/sh\nprintf "%s|" "${APPDIR:+set}" "${XDG_DATA_DIRS:+set}" "$GTK_THEME" "$@"\necho\nexec xdg-open "https://example.org/a b"\n',
      },
      'apprun-hooks/theme.sh': 'export GTK_THEME=Adwaita\n',
    });
    const output = join(folder, 'hello.AppImage');
    await buildAppImage({ appDir, output, arch: 'x86_64' });
    const PATH = `${host}:/usr/bin:/bin`;
    const { stdout, stderr } = await execa(output, ['one file', 'x'], {
      extendEnv: false,
      env: { PATH, HOME: folder, APPIMAGE_EXTRACT_AND_RUN: '1', GTK_THEME: 'mine' },
    });
    expect({ stderr, lines: stdout.split('\n') }).toEqual({
      stderr: '',
      lines: [
        'set|set|Adwaita|one file|x|',
        'https://example.org/a b',
        'APPIMAGE_EXTRACT_AND_RUN=1',
        'GTK_THEME=mine',
        `HOME=${folder}`,
        `PATH=${PATH}`,
      ],
    });
  });
});
