import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
