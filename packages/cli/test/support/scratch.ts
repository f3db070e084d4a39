import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new directory that is removed after the test. */
export function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'appimage-js-cli-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const DESKTOP_ENTRY = `[Desktop Entry]
Type=Application
Name=Probe
Exec=probe
Icon=probe
Categories=Utility;
X-AppImage-Version=1.2.3
`;

const ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>\n';

/** Makes an application directory whose AppRun is a shell script. */
export function probeAppDir(directory: string, script = 'exit 0'): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'AppRun'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  writeFileSync(join(directory, 'probe.desktop'), DESKTOP_ENTRY);
  writeFileSync(join(directory, 'probe.svg'), ICON);
}
