/*
 * What well-known applications need to be of use, by the name of their desktop entry. The portals let a person open and save any file
 * without a grant, so that a place is listed only where an application works on whole folders.
 */
import { resolveWish, type Wish } from '../combine.ts';
import type { Permissions } from '../permissions.ts';

const BROWSER: Wish = { level: 'default', allow: ['nested-namespaces', 'xdg-download', 'cups', 'device=video'] };
const CHAT: Wish = { level: 'default', allow: ['nested-namespaces', 'xdg-download', 'device=video', 'pipewire'] };
const EDITOR: Wish = { level: 'default', allow: ['home', 'nested-namespaces', 'devel', 'ssh-agent'] };
const GAME: Wish = { level: 'default', allow: ['input'] };
const OFFLINE_GAME: Wish = { ...GAME, deny: ['network'] };
const PAINTER: Wish = { level: 'default', allow: ['xdg-pictures', 'cups'], deny: ['network'] };
const DOCUMENTS: Wish = { level: 'default', allow: ['xdg-documents', 'cups'] };
const PLAYER: Wish = { level: 'default', allow: ['xdg-music:ro', 'xdg-videos:ro'] };

const WISHES: Readonly<Record<string, Wish>> = {
  'ai.lmstudio.LMStudio': { level: 'default', allow: ['nested-namespaces', '~/.lmstudio:create'] },
  anki: DOCUMENTS,
  audacity: { level: 'default', allow: ['xdg-music'], deny: ['network'] },
  bitwarden: { level: 'default', allow: ['nested-namespaces', 'talk=org.freedesktop.secrets'] },
  blender: { level: 'default', allow: ['xdg-documents', 'xdg-pictures'] },
  brave: BROWSER,
  cursor: EDITOR,
  code: EDITOR,
  'com.obsproject.Studio': { level: 'default', allow: ['pipewire', 'device=video', 'xdg-videos'] },
  'com.ultimaker.cura': { level: 'default', allow: ['xdg-documents', 'device=usb'] },
  cryptomator: { level: 'default', allow: ['home', 'talk=org.freedesktop.secrets'] },
  darktable: PAINTER,
  digikam: { level: 'default', allow: ['xdg-pictures'] },
  discord: CHAT,
  element: CHAT,
  etcher: { level: 'default', allow: ['nested-namespaces', 'device=all', 'xdg-download:ro'] },
  firefox: BROWSER,
  freecad: DOCUMENTS,
  freetube: { level: 'default', allow: ['nested-namespaces'] },
  gimp: PAINTER,
  inkscape: PAINTER,
  'io.github.ra3xdh.qucs_s': { ...DOCUMENTS, deny: ['network'] },
  joplin: { level: 'default', allow: ['nested-namespaces', 'xdg-documents'] },
  kdenlive: { level: 'default', allow: ['xdg-videos', 'xdg-pictures:ro', 'xdg-music:ro'], deny: ['network'] },
  'libreoffice-startcenter': DOCUMENTS,
  logseq: { level: 'default', allow: ['nested-namespaces', 'xdg-documents'] },
  musescore: { level: 'default', allow: ['xdg-documents', 'xdg-music'] },
  nextcloud: { level: 'default', allow: ['home', 'talk=org.freedesktop.secrets'] },
  obsidian: { level: 'default', allow: ['nested-namespaces', 'xdg-documents'] },
  'org.gnome.Boxes': { level: 'default', allow: ['kvm', 'xdg-download:ro'] },
  'org.inkscape.Inkscape': PAINTER,
  'org.kde.kdenlive': { level: 'default', allow: ['xdg-videos', 'xdg-pictures:ro', 'xdg-music:ro'], deny: ['network'] },
  'org.kde.krita': PAINTER,
  'org.keepassxc.KeePassXC': { level: 'default', allow: ['xdg-documents'], deny: ['network'] },
  'org.prismlauncher.PrismLauncher': GAME,
  'org.qbittorrent.qBittorrent': { level: 'default', allow: ['xdg-download'] },
  'org.telegram.desktop': { level: 'default', allow: ['xdg-download', 'device=video'] },
  'org.videolan.VLC': PLAYER,
  'org.xonotic.Xonotic': GAME,
  prusaslicer: { level: 'default', allow: ['xdg-documents', 'device=usb'] },
  retroarch: GAME,
  signal: CHAT,
  'signal-desktop': CHAT,
  slack: CHAT,
  standardnotes: { level: 'default', allow: ['nested-namespaces'] },
  supertuxkart: GAME,
  thunderbird: { ...BROWSER, allow: ['nested-namespaces', 'xdg-download', 'cups', 'gpg-agent'] },
  vlc: PLAYER,
  wesnoth: OFFLINE_GAME,
  zoom: CHAT,
};

const BY_NAME: ReadonlyMap<string, Wish> = new Map(
  Object.entries(WISHES).map(([name, wish]) => [name.toLowerCase(), wish]),
);

/** What a well-known application is granted, by the id of its desktop entry (its file name without `.desktop`). */
export function knownApplication(desktopId: string): Permissions | undefined {
  const wish = BY_NAME.get(desktopId.toLowerCase());
  return wish && resolveWish(wish);
}

/** The ids that {@link knownApplication} knows, sorted. */
export function knownApplicationIds(): string[] {
  return Object.keys(WISHES).sort();
}
