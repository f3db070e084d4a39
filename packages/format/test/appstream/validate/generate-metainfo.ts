import { type Random, seededRandom } from '@appimage-js/testing/seeded-random';

const LONG = 'It says hello to everybody whose name you tell it, as often as you ask it to do that, and never tires.';

/** A component with which all is well, as pieces that can be left out. */
const BASE: readonly string[] = [
  '<id>org.example.app</id>',
  '<metadata_license>CC0-1.0</metadata_license>',
  '<project_license>MIT</project_license>',
  '<name>Hello</name>',
  '<summary>Greet whom you name</summary>',
  `<description><p>${LONG}</p></description>`,
  '<launchable type="desktop-id">org.example.app.desktop</launchable>',
  '<content_rating type="oars-1.1"/>',
  '<releases><release version="1.1" date="2026-01-31"/><release version="1.0" date="2025-01-31"/></releases>',
];

/** Each replaces the element of its name, or is put behind the others. */
const PIECES: readonly string[] = [
  '<id type="desktop">org.example.app</id>',
  '<id>app</id>',
  '<id>app.desktop</id>',
  '<id>Org.example.app</id>',
  '<id>org.example.my-app</id>',
  '<id>org.7zip.app</id>',
  '<id>org.example.my app</id>',
  '<id>.org.example.app</id>',
  '<id>org.example.ä</id>',
  '<id></id>',
  '<id>org.example.app</id><id>org.example.app</id>',
  '<metadata_license>GPL-3.0-or-later</metadata_license>',
  '<metadata_license>MIT OR GPL-3.0-only</metadata_license>',
  '<metadata_license>MIT AND GPL-3.0-only</metadata_license>',
  '<metadata_license>(MIT OR CC0-1.0)</metadata_license>',
  '<metadata_license>FSFAP and CC0-1.0</metadata_license>',
  '<metadata_license xml:lang="de">MIT</metadata_license>',
  '<project_license>GPL-3.0-or-later</project_license>',
  '<project_license>GPL-2.0+ and LGPL-2.1+</project_license>',
  '<project_license>MIT AND (Apache-2.0 OR BSD-3-Clause)</project_license>',
  '<project_license>My own</project_license>',
  '<project_license>LicenseRef-proprietary=https://example.org</project_license>',
  '<project_license>GPL-3.0-or-later WITH GCC-exception-3.1</project_license>',
  '<name>Hello.</name>',
  '<name xml:lang="de">Hallo</name>',
  '<name>Hello</name><name>Hello</name>',
  '<name>Hello</name><name xml:lang="de">Hallo</name>',
  '<summary>Greet whom you name.</summary>',
  '<summary>greet whom you name</summary>',
  '<summary>3 greetings</summary>',
  '<summary>Greet\nwhom</summary>',
  '<summary>See https://example.org</summary>',
  '<summary></summary>',
  '<summary xml:lang="de">gruß</summary>',
  '<description><p>Short.</p></description>',
  `<description><p>it ${LONG}</p></description>`,
  `<description><p>${LONG} <em>a</em> <code>b</code></p><ul><li>a</li></ul></description>`,
  `<description><p>${LONG} <b>a</b></p></description>`,
  `<description><p>${LONG}</p><ol><p>a</p></ol></description>`,
  `<description><p>${LONG}</p><ul><li></li></ul></description>`,
  `<description><p>${LONG}</p><h1>a</h1></description>`,
  `<description xml:lang="de"><p>${LONG}</p></description>`,
  `<description><p>${LONG}</p><p xml:lang="de">klein</p></description>`,
  `<description><p>${LONG} https://example.org</p></description>`,
  '<description></description>',
  '<launchable>org.example.app.desktop</launchable>',
  '<launchable type="foo">x</launchable>',
  '<launchable type="service">x</launchable>',
  '<releases/>',
  '<releases><release date="2026-01-31"/></releases>',
  '<releases><release version="1.0"/></releases>',
  '<releases><release version="1.0" date="yesterday"/></releases>',
  '<releases><release version="1.0" date="2026-02-31"/></releases>',
  '<releases><release version="1.0" date="2026-01-31T10:00:00Z"/></releases>',
  '<releases><release version="1.0" timestamp="1700000000"/></releases>',
  '<releases><release version="1.0" date="2025-01-01"/><release version="1.1" date="2026-01-01"/></releases>',
  '<releases><release version="1.10" date="2025-01-01"/><release version="1.9" date="2024-01-01"/></releases>',
  '<releases><release version="1.0" date="2025-01-01"/><release version="1.0~rc1" date="2024-01-01"/></releases>',
  '<releases><release version="1.0" type="foo" urgency="foo" date="2025-01-01"/></releases>',
  '<releases><release version="1.0" type="development" urgency="high" date="2025-01-01"/></releases>',
  '<releases><release version="1.0" date="2025-01-01"><description><p>New.</p></description></release></releases>',
  '<releases><release version="1.0" date="2025-01-01"><description><b>New</b></description></release></releases>',
  '<releases><release version="1.0" date="2025-01-01"><url>foo</url><foo/></release></releases>',
  '<releases><release version="1.0" date="2025-01-01"><issues><issue type="cve">X</issue><foo/></issues></release></releases>',
  '<releases><release version="1.0" date="2025-01-01"><artifacts><artifact type="x"><location>y</location></artifact></artifacts></release></releases>',
  '<releases><foo/></releases>',
  '<content_rating type="oars-1.1"><content_attribute id="violence-cartoon">none</content_attribute></content_rating>',
  '<content_rating type="oars-1.1"><foo/></content_rating>',
  '<url type="homepage">https://example.org</url>',
  '<url type="homepage">http://example.org</url>',
  '<url type="homepage">example.org</url>',
  '<url type="foo">https://example.org</url>',
  '<url>https://example.org</url>',
  '<url type="faq">https://example.org</url><url type="faq">https://example.org/b</url>',
  '<url type="homepage"></url>',
  '<icon type="stock">app</icon>',
  '<icon type="stock">/usr/app.png</icon>',
  '<icon type="remote">https://example.org/a.png</icon>',
  '<icon type="remote">a.png</icon>',
  '<icon type="cached">a.png</icon>',
  '<icon>app</icon>',
  '<categories><category>Utility</category></categories>',
  '<categories><category>Foo</category><foo/></categories>',
  '<categories><category></category></categories>',
  '<keywords><keyword>a</keyword><keyword xml:lang="de">b</keyword></keywords>',
  '<keywords xml:lang="de"><keyword>b</keyword></keywords>',
  '<mimetypes><mimetype>text/plain</mimetype></mimetypes>',
  '<provides><binary>app</binary><mediatype>text/plain</mediatype></provides>',
  '<provides><foo>app</foo></provides>',
  '<provides><binary></binary></provides>',
  '<provides><id>org.example.app</id></provides>',
  '<screenshots><screenshot type="default"><image>https://example.org/a.png</image></screenshot></screenshots>',
  '<screenshots><screenshot><image>http://example.org/a.png</image></screenshot></screenshots>',
  '<screenshots><screenshot><image>a.png</image></screenshot></screenshots>',
  '<screenshots><screenshot/></screenshots>',
  '<screenshots><screenshot><foo/></screenshot></screenshots>',
  '<screenshots><image>https://example.org/a.png</image></screenshots>',
  '<screenshots><screenshot type="default"><video codec="av1">https://example.org/a.webm</video></screenshot></screenshots>',
  '<screenshots><screenshot><video codec="h264" container="mp4">https://example.org/a.mp4</video></screenshot></screenshots>',
  '<screenshots><screenshot><video>https://example.org/a.mkv</video><image>https://example.org/a.png</image></screenshot></screenshots>',
  '<developer_name>Ada</developer_name>',
  '<developer_name>Ada https://example.org</developer_name>',
  '<update_contact>ada</update_contact>',
  '<update_contact>ada@example.org</update_contact>',
  '<project_group>GNOME</project_group>',
  '<project_group>KDE</project_group>',
  '<requires><memory>100</memory></requires>',
  '<recommends><memory>some</memory><control>keyboard</control></recommends>',
  '<recommends><control>foo</control></recommends>',
  '<supports><control>pointing</control><control>pointing</control></supports>',
  '<requires><display_length compare="ge">360</display_length></requires>',
  '<requires><display_length compare="foo">huge</display_length></requires>',
  '<requires><internet>always</internet></requires>',
  '<requires><internet>foo</internet></requires>',
  '<requires><id version="1.0">org.example.other</id></requires>',
  '<requires><id version="1.0" compare="ge">org.example.other</id></requires>',
  '<requires><id></id></requires>',
  '<requires><id>org.example.app</id></requires>',
  '<requires><foo>x</foo></requires>',
  '<requires><kernel version="1.0" compare="lt">Linux</kernel></requires>',
  '<requires><modalias version="1">x</modalias></requires>',
  '<extends>org.example.other</extends>',
  '<suggests type="upstream"><id>org.example.other</id></suggests>',
  '<custom><value key="a">b</value></custom>',
  '<custom><foo/></custom>',
  '<custom><value>b</value><value key="a">b</value><value key="a"/></custom>',
  '<kudos><kudo>x</kudo></kudos>',
  '<metadata><value key="a">b</value></metadata>',
  '<foo/>',
  '<x-foo/>',
  '<translation type="gettext">app</translation>',
  '<translation>app</translation>',
  '<languages><lang percentage="90">de</lang></languages>',
  '<pkgname>app</pkgname>',
  '<bundle type="appimage">app</bundle>',
  '<branding><color type="primary">#ff0000</color></branding>',
  '<name_variant_suffix>Beta</name_variant_suffix>',
];

const TYPES = [
  'desktop-application',
  'desktop',
  'console-application',
  'web-application',
  'addon',
  'font',
  'generic',
  'foo',
  'driver',
  'service',
  'localization',
];

/** Metadata that are right, that have one thing wrong each, and that have several. */
export function generateMetainfo(count: number, seed: number): string[] {
  const random = seededRandom(seed);
  const single = PIECES.map((piece) => assemble('desktop-application', [piece]));
  const without = BASE.map((piece) =>
    document(
      'desktop-application',
      BASE.filter((each) => each !== piece),
    ),
  );
  const untyped = assemble('generic', ['<id type="desktop">app.desktop</id>']).replace(' type="generic"', '');
  const typed = TYPES.map((type) => assemble(type, []));
  const mixed = Array.from({ length: count }, () => mix(random));
  return [assemble('desktop-application', []), ...single, ...without, ...typed, untyped, ...mixed];
}

function mix(random: Random): string {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const pieces = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(PIECES));
  const different = new Map(pieces.map((piece) => [tagOf(piece), piece]));
  return assemble(random() < 0.6 ? 'desktop-application' : pick(TYPES), [...different.values()]);
}

function tagOf(piece: string): string | undefined {
  return /^<(\w+)/.exec(piece)?.[1];
}

function assemble(type: string, pieces: readonly string[]): string {
  const kept = BASE.filter((piece) => !pieces.some((other) => tagOf(other) === tagOf(piece)));
  return document(type, [...kept, ...pieces]);
}

function document(type: string, pieces: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<component type="${type}">\n${pieces.join('\n')}\n</component>\n`;
}
