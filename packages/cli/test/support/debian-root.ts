import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const SUITE = 'bookworm';
const MIRROR = process.env['DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian';

/**
 * The root of a small Debian, made by debootstrap and kept for later runs of the tests; undefined where it can not be made, as
 * without a network.
 */
export function debianRoot(): string | undefined {
  const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'appimage-js-tests');
  const root = join(folder, `debian-${SUITE}`);
  if (existsSync(join(root, 'usr/bin/dpkg'))) return root;
  const partial = `${root}.${process.pid}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    execFileSync('debootstrap', ['--variant=minbase', SUITE, partial, MIRROR], { stdio: 'ignore' });
    rmSync(join(partial, 'var/cache'), { recursive: true });
    renameSync(partial, root);
    return root;
  } catch {
    rmSync(partial, { recursive: true, force: true });
    return existsSync(join(root, 'usr/bin/dpkg')) ? root : undefined;
  }
}
