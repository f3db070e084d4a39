const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** "233 MB". */
export function formatSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < UNITS.length - 1; unit++) size /= 1000;
  return `${size.toLocaleString('en', { maximumSignificantDigits: 3 })} ${UNITS[unit]}`;
}
