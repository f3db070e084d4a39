import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new directory that is removed after the test. */
export function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'appimage-js-cli-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files below a directory; those that begin with "#!" can be executed. */
export function writeFiles(directory: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (typeof content === 'string' && content.startsWith('#!')) chmodSync(file, 0o755);
  }
  return directory;
}

export const DESKTOP_ENTRY = `[Desktop Entry]
Type=Application
Name=Probe
Exec=probe
Icon=probe
Categories=Utility;
X-AppImage-Version=1.2.3
`;

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>\n';

/** An application directory whose AppRun is a shell script. */
export function probeAppDir(directory: string, script = 'exit 0'): string {
  return writeFiles(directory, {
    AppRun: `#!/bin/sh\n${script}\n`,
    'probe.desktop': DESKTOP_ENTRY,
    'probe.svg': ICON,
  });
}
