/*
 * What systems bring by themselves. The groups and names are those of the list that the tools of the AppImage project share
 * (https://github.com/AppImageCommunity/pkg2appimage/blob/master/excludelist, as of November 2024: 52 names); the reasons are in
 * our words. What that list lacks is added: the names that other architectures have for their loader, and parts of glibc.
 */
import type { Severity } from '../rule.ts';

/** Libraries that are not to be inside, for one common reason. */
export interface HostLibraryGroup {
  readonly id: 'glibc' | 'compiler' | 'graphics' | 'wayland' | 'x11' | 'sound' | 'fonts' | 'base';
  /** What they are, for messages. */
  readonly title: string;
  /** What goes wrong when they are inside. */
  readonly reason: string;
  /** How grave that is. */
  readonly severity: Severity;
  readonly names: readonly string[];
  /** Those among them that not every system has, so that programs should do without them. */
  readonly uncertain: readonly string[];
}

export const HOST_LIBRARY_GROUPS: readonly HostLibraryGroup[] = [
  {
    id: 'glibc',
    title: 'part of the C library',
    reason: 'its parts must come from one build, and the loader is always the one of the system',
    severity: 'error',
    names: [
      'libBrokenLocale.so.1',
      'libanl.so.1',
      'libc.so.6',
      'libcidn.so.1',
      'libdl.so.2',
      'libm.so.6',
      'libmvec.so.1',
      'libnss_compat.so.2',
      'libnss_dns.so.2',
      'libnss_files.so.2',
      'libnss_hesiod.so.2',
      'libnss_nis.so.2',
      'libnss_nisplus.so.2',
      'libpthread.so.0',
      'libresolv.so.2',
      'librt.so.1',
      'libthread_db.so.1',
      'libutil.so.1',
    ],
    uncertain: ['libcidn.so.1', 'libnss_hesiod.so.2', 'libnss_nis.so.2', 'libnss_nisplus.so.2'],
  },
  {
    id: 'compiler',
    title: 'runtime library of the compiler',
    reason: "one that is older than the system's breaks the drivers that the program loads from the system",
    severity: 'warning',
    names: ['libstdc++.so.6', 'libgcc_s.so.1'],
    uncertain: [],
  },
  {
    id: 'graphics',
    title: 'graphics driver or its interfaces',
    reason: "they must match the system's driver, or nothing is drawn",
    severity: 'warning',
    names: [
      'libEGL.so.1',
      'libGL.so.1',
      'libGLX.so.0',
      'libGLdispatch.so.0',
      'libOpenGL.so.0',
      'libdrm.so.2',
      'libgbm.so.1',
      'libglapi.so.0',
    ],
    uncertain: ['libglapi.so.0'],
  },
  {
    id: 'wayland',
    title: 'client library of Wayland',
    reason: 'the system\'s EGL loads it too, and with an older one answers "EGL_BAD_PARAMETER"',
    severity: 'warning',
    names: ['libwayland-client.so.0'],
    uncertain: [],
  },
  {
    id: 'x11',
    title: 'base library of X11',
    reason: "the system's graphics drivers use them too, and miss symbols in older ones",
    severity: 'warning',
    names: [
      'libICE.so.6',
      'libSM.so.6',
      'libX11-xcb.so.1',
      'libX11.so.6',
      'libxcb-dri2.so.0',
      'libxcb-dri3.so.0',
      'libxcb.so.1',
    ],
    uncertain: [],
  },
  {
    id: 'sound',
    title: 'sound library',
    reason: 'they must match the sound server or the plugins of the system',
    severity: 'warning',
    names: ['libasound.so.2', 'libjack.so.0', 'libpipewire-0.3.so.0'],
    uncertain: ['libjack.so.0', 'libpipewire-0.3.so.0'],
  },
  {
    id: 'fonts',
    title: 'font library',
    reason: "an older fontconfig can not read the system's configuration and looks at all fonts at each start",
    severity: 'warning',
    names: ['libfontconfig.so.1', 'libfreetype.so.6', 'libfribidi.so.0', 'libharfbuzz.so.0'],
    uncertain: [],
  },
  {
    id: 'base',
    title: 'library that every system has',
    reason: 'libraries of the system that are loaded beside them may need a newer one',
    severity: 'note',
    names: [
      'libcom_err.so.2',
      'libexpat.so.1',
      'libgmp.so.10',
      'libgpg-error.so.0',
      'libusb-1.0.so.0',
      'libuuid.so.1',
      'libz.so.1',
    ],
    uncertain: [],
  },
];

/**
 * What nearly every desktop has but no list promises: toolkits, and what browsers lean on. Electron applications are shipped
 * without them by habit.
 */
export const DESKTOP_LIBRARIES: ReadonlySet<string> = new Set([
  'libX11-xcb.so.1',
  'libXcomposite.so.1',
  'libXcursor.so.1',
  'libXdamage.so.1',
  'libXext.so.6',
  'libXfixes.so.3',
  'libXft.so.2',
  'libXi.so.6',
  'libXinerama.so.1',
  'libXrandr.so.2',
  'libXrender.so.1',
  'libXss.so.1',
  'libXtst.so.6',
  'libXxf86vm.so.1',
  'libXau.so.6',
  'libXdmcp.so.6',
  'libatk-1.0.so.0',
  'libatk-bridge-2.0.so.0',
  'libatspi.so.0',
  'libcairo-gobject.so.2',
  'libcairo.so.2',
  'libcups.so.2',
  'libdbus-1.so.3',
  'libgdk-3.so.0',
  'libgdk_pixbuf-2.0.so.0',
  'libgio-2.0.so.0',
  'libglib-2.0.so.0',
  'libgmodule-2.0.so.0',
  'libgobject-2.0.so.0',
  'libgthread-2.0.so.0',
  'libgtk-3.so.0',
  'libnspr4.so',
  'libnss3.so',
  'libnssutil3.so',
  'libpango-1.0.so.0',
  'libpangocairo-1.0.so.0',
  'libpangoft2-1.0.so.0',
  'libplc4.so',
  'libplds4.so',
  'libpulse-simple.so.0',
  'libpulse.so.0',
  'libsmime3.so',
  'libssl3.so',
  'libsystemd.so.0',
  'libudev.so.1',
  'libvulkan.so.1',
  'libxcb-render.so.0',
  'libxcb-shm.so.0',
  'libxkbcommon-x11.so.0',
  'libxkbcommon.so.0',
  'libwayland-cursor.so.0',
  'libwayland-egl.so.1',
  'libGLESv2.so.2',
  'libGLU.so.1',
]);

const ON_EVERY_TARGET: ReadonlySet<string> = new Set(
  HOST_LIBRARY_GROUPS.flatMap(({ names, uncertain }) => names.filter((name) => !uncertain.includes(name))),
);

/** Whether every system that images are made for has a library of that name; loaders of all architectures count. */
export function isOnEveryTarget(name: string): boolean {
  return ON_EVERY_TARGET.has(name) || isLoaderName(name);
}

/** Whether a name is one of glibc's loader: `ld-linux-x86-64.so.2`, `ld64.so.2` … */
export function isLoaderName(name: string): boolean {
  return /^ld(?:64)?(?:-linux[\w.-]*)?\.so\.\d+$/.test(name);
}
