import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bytesContent, type InputDirectory, type InputNode, memorySink, writeSquashfs } from '@appimage-js/format';
import { nodeCompressor } from '@appimage-js/format/node';
import { emptyPng } from '@appimage-js/testing/pictures';

const base = { mode: 0o644, uid: 0, gid: 0, mtime: 1_700_000_000 };

/** Files by their paths. */
export type Tree = Readonly<Record<string, string | Uint8Array>>;

/** Writes a bare SquashFS with these files, named and executable like an AppImage. */
export async function writeAppImage(path: string, tree: Tree, time?: number): Promise<string> {
  const root = directory();
  for (const [name, content] of Object.entries(tree)) {
    const parts = name.split('/');
    const file = parts.pop() as string;
    let folder = root;
    for (const part of parts) {
      const next = folder.get(part) ?? { ...base, type: 'directory', mode: 0o755, entries: directory() };
      folder.set(part, next);
      folder = (next as InputDirectory).entries as Map<string, InputNode>;
    }
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    folder.set(file, { ...base, type: 'file', mode: 0o755, content: bytesContent(bytes) });
  }
  const sink = memorySink();
  await writeSquashfs({
    root: { ...base, type: 'directory', mode: 0o755, entries: root },
    sink,
    compressor: nodeCompressor('zstd', 1),
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, sink.bytes);
  chmodSync(path, 0o755);
  if (time !== undefined) utimesSync(path, time, time);
  return path;
}

function directory(): Map<string, InputNode> {
  return new Map();
}

/** A whole application: entry with translations, an action, a scheme and a type, icons in two sizes and as SVG. */
export function probeTree(changes: { readonly entry?: string; readonly version?: string } = {}): Tree {
  const { version = '1.0' } = changes;
  return {
    AppRun: '#!/bin/sh\necho started\n',
    'probe.desktop': changes.entry ?? probeEntry(version),
    'usr/share/icons/hicolor/64x64/apps/probe.png': emptyPng(64),
    'usr/share/icons/hicolor/256x256/apps/probe.png': emptyPng(128),
    'usr/share/icons/hicolor/scalable/apps/probe.svg': svg('<circle r="4"/>'),
    'usr/share/icons/hicolor/48x48/mimetypes/application-x-probe.png': emptyPng(48),
    'usr/share/mime/packages/probe.xml': mimePackage(),
    'usr/share/metainfo/org.example.Probe.metainfo.xml': metainfo(),
  };
}

export function probeEntry(version: string): string {
  return `[Desktop Entry]
Type=Application
Name=Probe
Name[de]=Sonde
Comment=Looks at things
Exec=probe --open %U
Icon=probe
Categories=Utility;
MimeType=application/x-probe;x-scheme-handler/probing;
StartupWMClass=probe-window
DBusActivatable=true
X-AppImage-Version=${version}
Actions=fresh;

[Desktop Action fresh]
Name=Start Afresh
Name[de]=Neu beginnen
Exec=probe --fresh
`;
}

export function svg(inner: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">${inner}</svg>`;
}

function mimePackage(): string {
  return `<?xml version="1.0"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-probe">
    <comment>Probe data</comment>
    <magic priority="90"><match type="string" offset="0" value="a"/></magic>
    <glob pattern="*.probe" weight="90"/>
    <glob pattern="*"/>
    <alias type="text/plain"/>
  </mime-type>
</mime-info>`;
}

function metainfo(): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>org.example.Probe</id>
  <name>Probe</name>
  <summary>Looks at things</summary>
  <metadata_license>CC0-1.0</metadata_license>
  <description><p>It looks at all things.</p></description>
  <launchable type="desktop-id">probe.desktop</launchable>
</component>
`;
}
