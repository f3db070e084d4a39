import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Copies extended attributes, access control lists among them, from one file to another. Node has no calls for them, so GNU's `cp`
 * does it, which every distribution with those core utilities has. Answers why nothing was copied; undefined when it was, or when there
 * can not be anything to copy.
 */
export async function copyAttributes(from: string, to: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'not on this system';
  try {
    await promisify(execFile)('cp', ['--attributes-only', '--preserve=xattr', '--', from, to], {
      env: { ...process.env, LC_ALL: 'C' },
    });
    return undefined;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return 'there is no program cp';
    if (/not supported/i.test(stderr)) return undefined; // the file system has none
    return stderr.trim().split('\n').at(-1) || 'cp failed';
  }
}
