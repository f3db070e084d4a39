import { bytesContent, type InputDirectory, type InputNode } from '@appimage-js/format';

const OWNER = { uid: 0, gid: 0, mtime: 1_700_000_000 };

/** A regular file; a string becomes UTF-8. */
export function file(content: string | Uint8Array): InputNode {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { ...OWNER, type: 'file', mode: 0o644, content: bytesContent(bytes) };
}

/** A directory by names. */
export function directory(entries: Readonly<Record<string, InputNode>>): InputDirectory {
  return { ...OWNER, type: 'directory', mode: 0o755, entries: new Map(Object.entries(entries)) };
}

/** An application directory with a file of every kind and the metadata that images have. */
export function smallTree(): InputDirectory {
  const linked = file('linked');
  return directory({
    AppRun: { ...OWNER, type: 'file', mode: 0o755, content: bytesContent(new TextEncoder().encode('#!/bin/sh\n')) },
    'app.desktop': file(DESKTOP_ENTRY),
    'app.svg': file(SVG),
    '.DirIcon': { ...OWNER, type: 'symlink', mode: 0o777, target: 'app.svg' },
    blocks: file(Uint8Array.from({ length: 9000 }, (_, index) => (index * index) >> 3)),
    sparse: file(new Uint8Array(8192)),
    'hard-1': linked,
    folder: directory({ 'hard-2': linked, fifo: { ...OWNER, type: 'fifo', mode: 0o644 } }),
    device: { ...OWNER, type: 'character-device', mode: 0o600, device: { major: 1, minor: 3 } },
    usr: directory({ share: directory({ metainfo: directory({ 'org.example.App.metainfo.xml': file(METAINFO) }) }) }),
  });
}

/** A desktop entry with translations, lists, escapes and an action. */
export const DESKTOP_ENTRY = `[Desktop Entry]
Type=Application
Name=App
Name[de]=Anwendung
Comment=One\\sline\\nand another
Exec=app --flag "a b" %F
Icon=app
Categories=Utility;Graphics;
MimeType=image/png;x-scheme-handler/app;
Actions=new;
X-AppImage-Version=1.2.3

[Desktop Action new]
Name=New
Exec=app --new
`;

/** An image of 64 by 32 pixels. */
export const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="32" viewBox="0 0 64 32"><path/></svg>\n';

/** AppStream metadata with what is nested. */
export const METAINFO = `<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>org.example.App</id>
  <metadata_license>CC0-1.0</metadata_license>
  <name>App</name>
  <name xml:lang="de">Anwendung</name>
  <summary>Does things &amp; more</summary>
  <description><p>A <em>paragraph</em></p><ul><li>One</li><li>Two</li></ul></description>
  <launchable type="desktop-id">app.desktop</launchable>
  <url type="homepage">https://example.org/</url>
  <provides><binary>app</binary><mediatype>image/png</mediatype></provides>
  <releases><release version="1.2.3" date="2024-02-29"><description><p>New</p></description></release></releases>
</component>
`;
