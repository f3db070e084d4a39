export { type DesktopAction, getActions } from './actions.ts';
export {
  type CommentLine,
  type DesktopEntry,
  type DesktopEntryProblem,
  type DesktopGroup,
  type DesktopLine,
  type KeyLine,
  MAIN_GROUP,
  type ParseDesktopEntryOptions,
  parseDesktopEntry,
  serializeDesktopEntry,
} from './desktop-entry.ts';
export { type EditOptions, removeKey, setRawValue, setString, setStringList } from './edit.ts';
export { type ExecFields, expandExec, parseExec, quoteExecArgument } from './exec.ts';
export { localeCandidates } from './locale.ts';
export {
  getBoolean,
  getIconString,
  getLocaleString,
  getLocaleStringList,
  getNumeric,
  getRawValue,
  getString,
  getStringList,
  getTranslations,
  hasGroup,
  type LocaleLookupOptions,
  type LookupOptions,
  listKeys,
} from './lookup.ts';
export { isMenuCategory } from './validate/categories.ts';
export type { DesktopEntryFlaw, DesktopEntryFlawSeverity } from './validate/flaw.ts';
export { type ValidateDesktopEntryOptions, validateDesktopEntry } from './validate/validate-desktop-entry.ts';
export {
  parseBooleanValue,
  parseListValue,
  parseNumericValue,
  parseStringValue,
  serializeListValue,
  serializeStringValue,
} from './value.ts';
