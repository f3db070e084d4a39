import prettyBytes from 'pretty-bytes';

/** A size for people: "99.2 MB". */
export function formatSize(bytes: number): string {
  return prettyBytes(bytes);
}

/** A size that is a power of two by its nature, such as that of a block: "128 KiB". */
export function formatBlockSize(bytes: number): string {
  return prettyBytes(bytes, { binary: true });
}

/** A size for people, and the exact one: "99.2 MB (99,213,311 bytes)". */
export function formatExactSize(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${formatSize(bytes)} (${formatCount(bytes)} bytes)`;
}

/** A number with its thousands apart, the same in every locale. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** "1 file", "2,000 files". */
export function formatFileCount(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'file' : 'files'}`;
}
