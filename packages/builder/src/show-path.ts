/** A path for a message: as it is where it can be printed on one line, else as a JSON string. */
export function showPath(path: string): string {
  return /[\p{Cc}\p{Cs}"]/u.test(path) || path === '' ? JSON.stringify(path) : path;
}
