export { type ChooseIconOptions, chooseIcon } from './choose-icon.ts';
export { findIcon } from './find-icon.ts';
export { type FindIconsOptions, findIcons } from './find-icons.ts';
export { describeIcon } from './format/describe-icon.ts';
export type { IconDescription, IconFormat } from './format/icon-description.ts';
export type { Icon, IconPlace, IconPurpose } from './icon.ts';
export { parseThemeFolder, type ThemeFolder, type ThemeFolderName } from './theme-folder.ts';
