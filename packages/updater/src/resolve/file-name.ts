import { isFileName } from './releases/release.ts';

/** What a file under a URL is called, as its last segment says; undefined where that is no name for a file. */
export function nameOfUrl(url: string): string | undefined {
  const { pathname } = new URL(url);
  const segment = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    const name = decodeURIComponent(segment);
    return isFileName(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** What a server says a file is called. RFC 6266; the extended form comes first. */
export function nameOfDisposition(field: string | null): string | undefined {
  if (field === null) return undefined;
  const [, extended] = /;\s*filename\*\s*=\s*UTF-8'[^']*'([^;\s]+)/i.exec(field) ?? [];
  const [, quoted, plain] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^";\s]+))/i.exec(field) ?? [];
  const name = extended === undefined ? (quoted?.replace(/\\(.)/g, '$1') ?? plain) : unescaped(extended);
  return name !== undefined && isFileName(name) ? name : undefined;
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
