import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { picturePng } from '@appimage-js/testing/pictures';

/** An application that writes down what it was started with, and shows itself in a window. */
export interface ProbeApplication {
  readonly name: string;
  readonly version: string;
  readonly color: readonly [number, number, number];
  readonly scheme: string;
}

/** Makes its AppDir. Each start puts the arguments, one a line, into `~/started-NAME`, and its process into `~/pid-NAME`. */
export function writeProbeAppDir(folder: string, { name, version, color, scheme }: ProbeApplication): void {
  const id = name.toLowerCase();
  const write = (path: string, content: string | Uint8Array, mode = 0o644) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content, { mode });
  };
  const script = `#!/bin/sh
echo $$ > "$HOME/pid-${id}"
printf '%s\\n' "$@" > "$HOME/.started-${id}"
mv "$HOME/.started-${id}" "$HOME/started-${id}"
[ -z "$DISPLAY" ] || exec xmessage -timeout 60 -buttons Close -title '${name}' -bg white "${name} ${version}: $*"
`;
  write('AppRun', script, 0o755);
  write(`${id}.png`, picturePng(64, 64, [...color, 255]));
  write(`usr/share/icons/hicolor/64x64/apps/${id}.png`, picturePng(64, 64, [...color, 255]));
  write(
    `${id}.desktop`,
    `[Desktop Entry]
Type=Application
Name=${name}
Exec=${id} %U
Icon=${id}
Categories=Utility;
MimeType=application/x-${id};x-scheme-handler/${scheme};
X-AppImage-Version=${version}
`,
  );
  write(
    `usr/share/mime/packages/${id}.xml`,
    `<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-${id}">
    <comment>${name} document</comment>
    <glob pattern="*.${id}"/>
  </mime-type>
</mime-info>
`,
  );
}
