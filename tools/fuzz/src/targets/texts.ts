import {
  bufferSource,
  computeZsync,
  describeIcon,
  describeUpdateInformation,
  expandExec,
  getActions,
  getLocaleString,
  getString,
  parseAppStream,
  parseDesktopEntry,
  parseExec,
  parseMimePackage,
  parseUpdateInformation,
  parseZsync,
  serializeDesktopEntry,
  serializeZsync,
} from '@appimage-js/format';
import type { Target } from '../target.ts';
import { DESKTOP_ENTRY, METAINFO, SVG } from './trees.ts';

const MIME_PACKAGE = `<?xml version="1.0"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-app"><comment>App</comment><comment xml:lang="de">Anwendung</comment>
    <glob pattern="*.app" weight="80"/><magic priority="50"><match type="string" value="APP" offset="0"/></magic>
    <alias type="text/x-app"/><sub-class-of type="text/plain"/><root-XML namespaceURI="urn:app" localName="app"/>
  </mime-type>
</mime-info>
`;

const XPM = '/* XPM */\nstatic char *icon[] = {\n"16 8 2 1",\n". c #000000",\n};\n';
const PNG = '89504e470d0a1a0a0000000d4948445200000040000000200806000000a29d7e840000000049454e44ae426082';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export const desktopEntry: Target = {
  seeds: async () => [encode(DESKTOP_ENTRY)],
  read: async (input) => {
    const entry = parseDesktopEntry(input);
    getLocaleString(entry, 'Name', { locale: 'de_DE.UTF-8@x' });
    getActions(entry);
    serializeDesktopEntry(entry);
    const exec = getString(entry, 'Exec');
    if (exec !== undefined) expandExec(parseExec(exec), {});
  },
};

export const updateInformation: Target = {
  seeds: async () =>
    [
      'zsync|https://example.org/app.zsync',
      'gh-releases-zsync|owner|repo|latest|App-*x86_64.AppImage.zsync',
      'gl-releases-zsync|gitlab.com|1234|latest|App.zsync',
      'pling-v1-zsync|1623134|*-stable-x86_64.AppImage',
      'zsync|gh-releases-direct|a|b|c|d',
    ].map(encode),
  read: async (input) => {
    const found = parseUpdateInformation(input);
    if (found !== undefined) describeUpdateInformation(found);
  },
};

export const appStream: Target = {
  seeds: async () => [encode(METAINFO)],
  read: async (input) => parseAppStream(input),
};

export const mimePackage: Target = {
  seeds: async () => [encode(MIME_PACKAGE)],
  read: async (input) => parseMimePackage(input),
};

export const icon: Target = {
  seeds: async () => [encode(SVG), encode(XPM), Uint8Array.from(Buffer.from(PNG, 'hex'))],
  read: async (input) => describeIcon(input),
};

export const zsync: Target = {
  seeds: async () => {
    const source = bufferSource(Uint8Array.from({ length: 9000 }, (_, index) => (index * index) >> 4));
    const control = await computeZsync(source, { fileName: 'app.AppImage', mtime: 0, urls: ['app.AppImage'] });
    return [serializeZsync(control)];
  },
  read: async (input) => serializeZsync(parseZsync(input)),
};
