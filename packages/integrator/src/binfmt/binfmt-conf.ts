import { appImageRegistrations } from './appimage-registrations.ts';
import { serializeRegistration } from './registration.ts';

/** What the file in `binfmt.d` says beside the registrations, so that everything can be taken away again. */
export interface BinfmtRecord {
  /** SHA-256 of the programs that may be at their place, in hexadecimal digits; the last one is that of the newest. */
  readonly interpreters: readonly string[];
  /** Folders that were made, outer ones first. */
  readonly folders: readonly string[];
}

const HEAD =
  '# AppImages are started by appimage-js, which does not execute them. "appimage binfmt remove" takes this away.';

/** The text of the file that registers AppImages at every boot. */
export function serializeBinfmtConf({ interpreters, folders }: BinfmtRecord): string {
  const lines = [
    HEAD,
    ...interpreters.map((hash) => `# program ${hash}`),
    ...folders.map((folder) => `# made ${folder}`),
    ...appImageRegistrations().map(serializeRegistration),
  ];
  return `${lines.join('\n')}\n`;
}

/** Reads such a text; null for one that is not exactly as it was written. */
export function parseBinfmtConf(text: string): BinfmtRecord | null {
  const valuesOf = (key: string) =>
    text.split('\n').flatMap((line) => (line.startsWith(`# ${key} `) ? [line.slice(key.length + 3)] : []));
  const record = { interpreters: valuesOf('program'), folders: valuesOf('made') };
  return serializeBinfmtConf(record) === text && record.folders.every(isOwnFolder) ? record : null;
}

/** Whether a folder may be taken away again when nothing is in it; all others belong to the system, whoever has made them. */
export function isOwnFolder(folder: string): boolean {
  return ['/etc/binfmt.d', '/usr/local/lib', '/usr/local/lib/appimage-js'].includes(folder);
}
