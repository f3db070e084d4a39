import type { RuleSource } from './rule.ts';

/*
 * Who demands what. Each is named once here, so that the same source reads the same everywhere.
 */

const SPECIFICATION = 'https://github.com/AppImage/AppImageSpec/blob/master/draft.md';

/** A section of the AppImage specification. */
export function specification(section: string, anchor: string): RuleSource {
  return { name: `AppImage specification, ${section}`, url: `${SPECIFICATION}#${anchor}` };
}

export const CONTENTS_OF_IMAGE: RuleSource = specification('Contents of the image', 'contents-of-the-image');
export const THE_APPRUN_FILE: RuleSource = specification('The AppRun file', 'the-apprun-file');
export const THE_PAYLOAD_APPLICATION: RuleSource = specification('The payload application', 'the-payload-application');
export const UPDATE_INFORMATION: RuleSource = specification('Update information', 'update-information');
export const TYPE_1_FORMAT: RuleSource = specification('Type 1 image format', 'type-1-image-format');
export const TYPE_2_FORMAT: RuleSource = specification('Type 2 image format', 'type-2-image-format');

/** What the worker of the catalogue looks at before an application is taken. */
export const CATALOGUE: RuleSource = {
  name: 'AppImageHub, code/worker.sh',
  url: 'https://github.com/AppImage/appimage.github.io/blob/master/code/worker.sh',
};

/** The script that the catalogue runs over the mounted image. */
export const APPDIR_LINT: RuleSource = {
  name: 'appdir-lint.sh',
  url: 'https://github.com/AppImage/pkg2appimage/blob/master/appdir-lint.sh',
};

export const APPIMAGELINT: RuleSource = { name: 'appimagelint', url: 'https://github.com/TheAssassin/appimagelint' };
export const APPIMAGETOOL: RuleSource = { name: 'appimagetool', url: 'https://github.com/AppImage/appimagetool' };
/** How applications are to be made so that they run anywhere. */
export const BEST_PRACTICES: RuleSource = {
  name: 'AppImage documentation, Best practices',
  url: 'https://docs.appimage.org/reference/best-practices.html',
};
export const NO_HARD_CODED_PATHS: RuleSource = {
  name: 'AppImage documentation, Manual packaging, "No hard-coded paths"',
  url: 'https://docs.appimage.org/packaging-guide/manual.html',
};

export const GO_APPIMAGE: RuleSource = { name: 'go-appimage', url: 'https://github.com/probonopd/go-appimage' };

export const DESKTOP_ENTRY: RuleSource = {
  name: 'Desktop Entry Specification 1.5',
  url: 'https://specifications.freedesktop.org/desktop-entry-spec/latest/',
};
export const MENU: RuleSource = {
  name: 'Desktop Menu Specification, Category registry',
  url: 'https://specifications.freedesktop.org/menu-spec/latest/category-registry.html',
};
export const ICON_THEME: RuleSource = {
  name: 'Icon Theme Specification',
  url: 'https://specifications.freedesktop.org/icon-theme-spec/latest/',
};
export const APPSTREAM: RuleSource = {
  name: 'AppStream, Metadata',
  url: 'https://www.freedesktop.org/software/appstream/docs/chap-Metadata.html',
};
export const TOOLKIT: RuleSource = { name: 'appimage-js' };
