import { readFile, rename, rm, writeFile } from 'node:fs/promises';

/** What must hold for a download that was interrupted to be continued. */
export interface WholeState {
  readonly url: string;
  /** Strong entity tag; null where the server gave none. */
  readonly validator: string | null;
  /** Of the file, in bytes. */
  readonly size: number;
  /** What the source promised: SHA-256 in hexadecimal digits, or null. */
  readonly sha256: string | null;
}

/** Changes when an older version could misread what is written. */
const VERSION = 1;

/** Where the state of a download is kept. */
function statePath(destination: string): string {
  return `${destination}.state`;
}

/** Reads the state of a download; undefined where there is none that can be used. */
export async function readWholeState(destination: string): Promise<WholeState | undefined> {
  try {
    const { version, url, validator, size, sha256 } = JSON.parse(await readFile(statePath(destination), 'utf8'));
    const isState =
      version === VERSION &&
      typeof url === 'string' &&
      (validator === null || typeof validator === 'string') &&
      Number.isSafeInteger(size) &&
      (sha256 === null || typeof sha256 === 'string');
    return isState ? { url, validator, size, sha256 } : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the state in one step; without it a download is merely not continued. */
export async function writeWholeState(destination: string, state: WholeState): Promise<void> {
  const path = statePath(destination);
  try {
    // A link that somebody else has put there must not be followed.
    await rm(`${path}.new`, { force: true });
    const text = `${JSON.stringify({ version: VERSION, ...state })}\n`;
    await writeFile(`${path}.new`, text, { mode: 0o600, flag: 'wx' });
    await rename(`${path}.new`, path);
  } catch {
    await rm(`${path}.new`, { force: true }).catch(() => undefined);
  }
}

/** Forgets a download. */
export async function removeWholeState(destination: string): Promise<void> {
  await rm(statePath(destination), { force: true }).catch(() => undefined);
}
