/** The package's own folder, whether a module runs from `src` or, built, from `dist`. */
export const PACKAGE_FOLDER: URL = new URL('../', import.meta.url);
