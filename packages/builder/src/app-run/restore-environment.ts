/**
 * Shell code that puts back what an AppRun has changed: its names are in `APPIMAGE_CHANGED`, what they were in
 * `APPIMAGE_ORIGINAL_…`, where they were set. Needs no other program.
 */
export const RESTORE_ENVIRONMENT = `for apprun_name in \${APPIMAGE_CHANGED-}; do
  case $apprun_name in
    '' | [0-9]* | *[!A-Za-z0-9_]*) continue ;;
  esac
  if eval "[ \\"\\\${APPIMAGE_ORIGINAL_$apprun_name+set}\\" ]"; then
    eval "export $apprun_name=\\"\\$APPIMAGE_ORIGINAL_$apprun_name\\""
  else
    unset "$apprun_name"
  fi
  unset "APPIMAGE_ORIGINAL_$apprun_name"
done
unset APPIMAGE_CHANGED apprun_name`;

/** Shell code that keeps what {@link RESTORE_ENVIRONMENT} puts back. */
export function keepEnvironment(names: readonly string[]): string {
  return `export APPIMAGE_CHANGED='${names.join(' ')}'
for apprun_name in $APPIMAGE_CHANGED; do
  if eval "[ \\"\\\${$apprun_name+set}\\" ]"; then eval "export APPIMAGE_ORIGINAL_$apprun_name=\\"\\$$apprun_name\\""; fi
done
unset apprun_name`;
}
