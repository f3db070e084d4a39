import { readFileSync } from 'node:fs';
import type { Way } from './host-condition.ts';

/** What the application of the matrix has found where it was started: see `programs/application.c`. */
export interface ApplicationReport {
  readonly arguments: readonly string[];
  readonly descriptors: readonly number[];
  /** The other fields, as they were written. */
  readonly fields: ReadonlyMap<string, string>;
}

export function readReport(path: string): ApplicationReport {
  const fields = readFileSync(path, 'utf8')
    .split('\0')
    .slice(0, -1)
    .map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)] as const);
  const named = (name: string): string[] => fields.filter((field) => field[0] === name).map((field) => field[1]);
  return {
    arguments: named('argument'),
    descriptors: named('descriptor').map(Number),
    fields: new Map(fields),
  };
}

/** How the image came to run. Without /proc, a mount does not show who has made it: then that is not told. */
export function wayOf({ fields }: ApplicationReport, userNamespace: string): Way | 'some mount' {
  if (fields.get('fuse') === 'no') return 'extract';
  const mount = fields.get('mount');
  if (mount === undefined) return 'some mount';
  if (fields.get('namespace') !== userNamespace) return 'userns';
  return mount.includes(',allow_other') ? 'root' : 'fusermount';
}
