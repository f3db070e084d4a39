/*
 * Names that an image may have and a system can not: on Windows some characters separate or mean something, some names are devices
 * in every folder, and dots and spaces at the end are dropped, so that the file would get another name than was asked for.
 * Source: "Naming Files, Paths, and Namespaces" in Microsoft's documentation of Windows.
 */

/** Characters that no file name has: those of streams, wildcards, redirections and the separator. */
const WINDOWS_CHARACTERS = /[<>:"\\|?*]/;

/** Devices, whatever stands behind the first dot; the superscript digits count as digits. */
const WINDOWS_DEVICES = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])[ ]*(?:\.|$)/i;

/** Why a system can not have a file of that name; undefined where it can. */
export function nameProblem(name: string, platform: NodeJS.Platform): string | undefined {
  if (name === '' || name === '.' || name === '..') return `a name must not be empty, "." or ".."`;
  if (name.includes('/') || name.includes('\0')) return 'a name must not contain "/" or NUL';
  return platform === 'win32' ? windowsProblem(name) : undefined;
}

function windowsProblem(name: string): string | undefined {
  const character = WINDOWS_CHARACTERS.exec(name)?.[0];
  if (character !== undefined) return `a name on Windows must not contain ${JSON.stringify(character)}`;
  if ([...name].some((each) => each < ' ')) return 'a name on Windows must not contain control characters';
  if (/[. ]$/.test(name)) return 'a name on Windows must not end with a dot or a space';
  if (WINDOWS_DEVICES.test(name)) return 'the name is that of a device on Windows';
  return undefined;
}

/** The name among others that a system takes for the same, though it is written in another way: as upper case, or composed. */
export function findAlias(name: string, others: Iterable<string>): string | undefined {
  const folded = fold(name);
  for (const other of others) if (other !== name && fold(other) === folded) return other;
  return undefined;
}

/** Near enough to what file systems do: each has a table of its own. */
function fold(name: string): string {
  return name.normalize('NFD').toLowerCase().toUpperCase();
}
