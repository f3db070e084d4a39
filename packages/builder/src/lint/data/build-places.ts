/*
 * Where software is built, and never installed: by hand, in containers, and by the services that build for others (GitHub, GitLab,
 * Drone, Docker images for Python wheels and conda packages, Nix).
 */

const PLACES = [
  'Users',
  '__w',
  'build',
  'builddir',
  'builds',
  'croot',
  'drone',
  'github',
  'home',
  'io',
  'mnt',
  'nix/store',
  'root',
  'src',
  'tmp',
  'var/tmp',
  'work',
  'workdir',
  'workspace',
];

/** Whether an absolute path leads to where software is built, and not to where it is installed. */
export function isBuildPlace(path: string): boolean {
  return PLACES.some((place) => path === `/${place}` || path.startsWith(`/${place}/`));
}
