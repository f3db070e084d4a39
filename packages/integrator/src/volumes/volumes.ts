import { readdirSync, realpathSync, statSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { findMount, type Mount, parseMountTable, readMountTable } from '@appimage-js/format/node';
import type { RecordedVolume } from '../manifest/manifest.ts';
import type { Places } from '../places/places.ts';

/** The volumes that are there at one moment. */
export interface Volumes {
  /**
   * The volume that a file lies on; null for that of the system and that of the home, which do not go away by themselves.
   *
   * @param device of the file, as `stat` tells it
   */
  readonly volumeOf: (path: string, device: string) => Promise<RecordedVolume | null>;
  /** Where a volume is now; null while it is away. Where it was, if it is there as well as elsewhere. */
  readonly whereIs: (volume: RecordedVolume) => string | null;
}

/** Options of {@link readVolumes}. */
export interface ReadVolumesOptions {
  /** Default: what is mounted now. */
  readonly table?: string;
  /** Where links from UUIDs to devices are. Default `/dev/disk/by-uuid`. */
  readonly uuidFolder?: string;
}

/** A folder of these mounts when somebody looks into it; asked what it is, it is away until then. */
const ON_DEMAND = 'autofs';

/** Looks at what is mounted. Nothing on a volume itself is asked for, as one that does not answer would hold everything up. */
export function readVolumes(
  { home }: Pick<Places, 'home'>,
  { table = readMountTable(), uuidFolder = '/dev/disk/by-uuid' }: ReadVolumesOptions = {},
): Volumes {
  const mounts = topMounts(parseMountTable(table)).filter(({ type }) => type !== ON_DEMAND);
  const uuids = readUuids(uuidFolder);
  const fixed = ['/', ...(home === null ? [] : [home])];
  const fixedDevices = new Set(fixed.flatMap((path) => deviceOf(path)));
  const fixedMounts = new Set(fixed.flatMap((path) => findMount(mounts, realPathOf(path))?.device ?? []));
  const idOf = ({ device, type, source }: Mount) => {
    const uuid = uuids.get(device);
    return uuid === undefined ? `${type} ${source}` : `uuid:${uuid}`;
  };
  return {
    volumeOf: async (path, device) => {
      if (fixedDevices.has(device)) return null;
      const real = await realpath(path).catch(() => path);
      const mount = findMount(mounts, real);
      if (mount === undefined || fixedMounts.has(mount.device)) return null;
      return { mountPoint: mount.mountPoint, id: idOf(mount) };
    },
    whereIs: ({ mountPoint, id }) => {
      const places = mounts.filter((mount) => idOf(mount) === id).map((mount) => mount.mountPoint);
      if (places.includes(mountPoint)) return mountPoint;
      // Many volumes share a name such as "tmpfs tmpfs"; by a UUID one is known again at another place.
      return id.startsWith('uuid:') ? (places[0] ?? null) : null;
    },
  };
}

/** Those that nothing is mounted over at the same place. */
function topMounts(mounts: readonly Mount[]): Mount[] {
  return [...new Map(mounts.map((mount) => [mount.mountPoint, mount])).values()];
}

/** UUIDs by `major:minor`, from the links that everybody may read. */
function readUuids(folder: string): Map<string, string> {
  const uuids = new Map<string, string>();
  for (const uuid of listNames(folder)) {
    const rdev = statSync(join(folder, uuid), { throwIfNoEntry: false, bigint: true })?.rdev;
    if (rdev !== undefined) uuids.set(formatDevice(rdev), uuid);
  }
  return uuids;
}

/** As the kernel encodes it for programs: 12 bits of the major number from bit 8, 8 and 12 bits of the minor from bits 0 and 20. */
function formatDevice(rdev: bigint): string {
  const major = (rdev >> 8n) & 0xfffn;
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xfff00n);
  return `${major}:${minor}`;
}

function deviceOf(path: string): string[] {
  const facts = statSync(path, { throwIfNoEntry: false, bigint: true });
  return facts === undefined ? [] : [String(facts.dev)];
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
