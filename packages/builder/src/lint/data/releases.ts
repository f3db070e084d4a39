/*
 * What distribution releases bring of the C and C++ libraries, as of November 2026. A release is as old as the updates that
 * everybody has, so the figures are those of its main archive.
 *
 * Debian: the packages of bullseye, bookworm, trixie and forky, unpacked and read with `readelf -V` on 2026-11-21. Ubuntu, RHEL
 * and its rebuilds, openSUSE, Fedora and Arch: the versions of glibc and GCC that the distributions publish; what a GCC brings
 * is in the libstdc++ manual, "ABI Policy and Guidelines", https://gcc.gnu.org/onlinedocs/libstdc++/manual/abi.html. Ends of
 * support: distro-info-data 0.58 for Debian (with its LTS) and Ubuntu (without ESM), the vendors' life cycle pages for the others.
 */

/** A release of a distribution, and the newest symbol versions that programs find there. */
export interface DistributionRelease {
  /** As it is named in options: `debian-12`. */
  readonly id: string;
  readonly name: string;
  /** The last day with security updates, as `YYYY-MM-DD`; null for what rolls on. */
  readonly supportedUntil: string | null;
  /** Versions without their prefix: `2.36` for GLIBC_2.36. */
  readonly versions: Readonly<Record<VersionFamily, string>>;
  /** Versions that tell a capability and not an age, without their prefix `GLIBC_`. */
  readonly capabilities: readonly string[];
}

/** Prefixes of symbol versions that are compared as numbers. */
export type VersionFamily = 'GLIBC' | 'GLIBCXX' | 'CXXABI' | 'GCC';

/** The day from which support is judged; the figures are no newer. */
export const RELEASES_DATE = '2026-11-21';

/** Without another wish, an image is to start on the oldest Ubuntu LTS that is supported; Debian's oldstable is newer. */
export const DEFAULT_OLDEST_RELEASE = 'ubuntu-22.04';

const RELR = 'ABI_DT_RELR';
const NEWER = [RELR, 'ABI_GNU_TLS', 'ABI_GNU2_TLS', 'ABI_DT_X86_64_PLT'];

/** By age of their C library. */
export const RELEASES: readonly DistributionRelease[] = [
  release('rhel-8', 'RHEL 8', '2029-05-31', { GLIBC: '2.28', GLIBCXX: '3.4.25', CXXABI: '1.3.11', GCC: '7.0.0' }),
  release('debian-11', 'Debian 11', '2026-08-31', {
    GLIBC: '2.31',
    GLIBCXX: '3.4.28',
    CXXABI: '1.3.12',
    GCC: '7.0.0',
  }),
  release('ubuntu-20.04', 'Ubuntu 20.04', '2025-05-31', {
    GLIBC: '2.31',
    GLIBCXX: '3.4.28',
    CXXABI: '1.3.12',
    GCC: '7.0.0',
  }),
  release('rhel-9', 'RHEL 9', '2032-05-31', { GLIBC: '2.34', GLIBCXX: '3.4.29', CXXABI: '1.3.13', GCC: '7.0.0' }),
  release('ubuntu-22.04', 'Ubuntu 22.04', '2027-06-01', {
    GLIBC: '2.35',
    GLIBCXX: '3.4.30',
    CXXABI: '1.3.13',
    GCC: '12.0.0',
  }),
  release(
    'debian-12',
    'Debian 12',
    '2028-06-30',
    { GLIBC: '2.36', GLIBCXX: '3.4.30', CXXABI: '1.3.13', GCC: '12.0.0' },
    [RELR],
  ),
  release(
    'ubuntu-24.04',
    'Ubuntu 24.04',
    '2029-05-31',
    { GLIBC: '2.39', GLIBCXX: '3.4.33', CXXABI: '1.3.15', GCC: '14.0.0' },
    [RELR],
  ),
  release('rhel-10', 'RHEL 10', '2035-05-31', { GLIBC: '2.39', GLIBCXX: '3.4.33', CXXABI: '1.3.15', GCC: '14.0.0' }, [
    RELR,
  ]),
  release(
    'opensuse-leap-16.0',
    'openSUSE Leap 16.0',
    '2027-10-31',
    { GLIBC: '2.40', GLIBCXX: '3.4.34', CXXABI: '1.3.16', GCC: '14.0.0' },
    [RELR],
  ),
  release(
    'debian-13',
    'Debian 13',
    '2030-06-30',
    { GLIBC: '2.41', GLIBCXX: '3.4.33', CXXABI: '1.3.15', GCC: '14.0.0' },
    NEWER,
  ),
  release(
    'fedora-43',
    'Fedora 43',
    '2026-12-02',
    { GLIBC: '2.42', GLIBCXX: '3.4.34', CXXABI: '1.3.16', GCC: '14.0.0' },
    NEWER,
  ),
  release(
    'ubuntu-26.04',
    'Ubuntu 26.04',
    '2031-05-29',
    { GLIBC: '2.43', GLIBCXX: '3.4.35', CXXABI: '1.3.17', GCC: '14.0.0' },
    NEWER,
  ),
  release(
    'fedora-44',
    'Fedora 44',
    '2027-05-19',
    { GLIBC: '2.43', GLIBCXX: '3.4.35', CXXABI: '1.3.17', GCC: '14.0.0' },
    NEWER,
  ),
  release(
    'debian-testing',
    'Debian testing',
    null,
    { GLIBC: '2.43', GLIBCXX: '3.4.36', CXXABI: '1.3.17', GCC: '14.0.0' },
    NEWER,
  ),
  release('arch', 'Arch Linux', null, { GLIBC: '2.44', GLIBCXX: '3.4.36', CXXABI: '1.3.17', GCC: '14.0.0' }, NEWER),
];

function release(
  id: string,
  name: string,
  supportedUntil: string | null,
  versions: DistributionRelease['versions'],
  capabilities: readonly string[] = [],
): DistributionRelease {
  return { id, name, supportedUntil, versions, capabilities };
}
