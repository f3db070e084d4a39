import { crc32, deflateSync } from 'node:zlib';
import { elfProgram } from '../fake-runtime.ts';
import type { FixtureTree } from './rule-fixture.ts';

const X86_64 = 62;

const GOOD_APP_RUN = '#!/bin/sh\nexec "${0%/*}/usr/bin/hello" "$@"\n';

export const GOOD_DESKTOP_ENTRY = `[Desktop Entry]
Type=Application
Name=Hello
Comment=Greet whom you name
Exec=hello %U
Icon=org.example.Hello
Categories=Utility;
X-AppImage-Version=1.2.3
`;

export const GOOD_METAINFO = `<?xml version="1.0" encoding="UTF-8"?>
<component type="desktop-application">
  <id>org.example.Hello</id>
  <metadata_license>CC0-1.0</metadata_license>
  <project_license>MIT</project_license>
  <name>Hello</name>
  <summary>Greet whom you name</summary>
  <description>
    <p>Hello says hello, to everybody whose name you tell it, as often as you ask it to.</p>
  </description>
  <launchable type="desktop-id">org.example.Hello.desktop</launchable>
  <url type="homepage">https://example.org/hello</url>
  <developer id="org.example">
    <name>Ada</name>
  </developer>
  <content_rating type="oars-1.1"/>
  <screenshots>
    <screenshot type="default">
      <caption>A greeting</caption>
      <image>https://example.org/hello.png</image>
    </screenshot>
  </screenshots>
  <releases>
    <release version="1.2.3" date="2026-01-31"/>
  </releases>
</component>
`;

/** An AppDir with which every rule is content. */
export function goodTree(): FixtureTree {
  return {
    AppRun: { mode: 0o755, text: GOOD_APP_RUN },
    'org.example.Hello.desktop': GOOD_DESKTOP_ENTRY,
    'org.example.Hello.png': png(256),
    '.DirIcon': { link: 'org.example.Hello.png' },
    'usr/bin/hello': { mode: 0o755, text: elfProgram(X86_64) },
    'usr/share/applications/org.example.Hello.desktop': GOOD_DESKTOP_ENTRY,
    'usr/share/icons/hicolor/256x256/apps/org.example.Hello.png': png(256),
    'usr/share/metainfo/org.example.Hello.metainfo.xml': GOOD_METAINFO,
  };
}

/** A picture in one gray, which every viewer shows. */
export function png(width: number, height: number = width): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample, and as color type 0 gray
  const rows = Buffer.alloc(height * (width + 1), 0x80);
  for (let row = 0; row < height; row++) rows[row * (width + 1)] = 0; // no filter
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
