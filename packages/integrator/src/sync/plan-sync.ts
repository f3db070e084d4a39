import type { Manifest, ManifestImage, RecordedFile } from '../manifest/manifest.ts';
import type { PlannedFile } from '../plan/planned-file.ts';

/** An image as it is to be recorded. */
export interface WantedImage {
  /** Its `files` are those that are there already; they are replaced by `planned`. */
  readonly record: ManifestImage;
  /** Null where nothing about it has changed. */
  readonly planned: readonly PlannedFile[] | null;
  /** Files that stay beside the planned ones, as they were recorded. */
  readonly kept?: readonly RecordedFile[];
}

/** What has to be done. */
export interface SyncPlan {
  readonly writes: readonly PlannedFile[];
  readonly removals: readonly RecordedFile[];
  /** What a file may contain that is ours to replace, by {@link fileKey}. */
  readonly known: ReadonlyMap<string, readonly string[]>;
  /** The images as they are recorded afterwards. */
  readonly images: readonly ManifestImage[];
  /** The files of no single image as they are recorded afterwards. */
  readonly shared: readonly RecordedFile[];
  /** Desktop ids of other integrators' entries whose places among the user's defaults go to images, by their paths. */
  readonly takenOver?: ReadonlyMap<string, string> | undefined;
  /** Folders that were made for this before it, as absolute paths. */
  readonly made?: readonly string[];
  /** False where the manifest says all this already. */
  readonly hasWork: boolean;
}

/** Files of no single image that are wanted. */
export interface WantedShared {
  readonly files: readonly PlannedFile[];
  /** Those that are there as they were recorded, by {@link fileKey}. */
  readonly settled: ReadonlySet<string>;
}

/** The difference between what was written and what is wanted; pure, and empty the second time. */
export function planSync(
  manifest: Manifest,
  wanted: readonly WantedImage[],
  { files: sharedFiles, settled }: WantedShared,
): SyncPlan {
  const known = new Map<string, readonly string[]>();
  const recorded = new Map<string, RecordedFile>();
  const note = (file: RecordedFile) => {
    const key = fileKey(file);
    known.set(key, [...new Set([...(known.get(key) ?? []), ...file.hashes])]);
    recorded.set(key, file);
  };
  for (const file of [...manifest.images.flatMap(({ files }) => files), ...manifest.shared, ...manifest.pending]) {
    note(file);
  }
  const images = wanted.map(({ record, planned, kept = [] }): ManifestImage => {
    if (planned === null) return record;
    return { ...record, files: [...kept, ...planned.map(recordOf)] };
  });
  const shared = sharedFiles.map(recordOf);
  const kept = new Set([...images.flatMap(({ files }) => files), ...shared].map(fileKey));
  const isSettled = (file: PlannedFile) =>
    settled.has(fileKey(file)) && recorded.get(fileKey(file))?.hashes.at(-1) === file.sha256;
  const writes = [...sharedFiles.filter((file) => !isSettled(file)), ...wanted.flatMap(({ planned }) => planned ?? [])];
  const removals = [...recorded.values()]
    .filter((file) => !kept.has(fileKey(file)))
    .map((file) => ({ ...file, hashes: known.get(fileKey(file)) ?? [] }));
  const hasWork =
    writes.length > 0 ||
    removals.length > 0 ||
    manifest.pending.length > 0 ||
    JSON.stringify([images, shared]) !== JSON.stringify([manifest.images, manifest.shared]);
  return { writes, removals, known, images, shared, hasWork };
}

function recordOf({ root, path, sha256 }: PlannedFile): RecordedFile {
  return { root, path, hashes: [sha256] };
}

/** What is noted before the first file is touched: whatever happens then, every file is known. */
export function pendingFiles({ writes, removals, known }: SyncPlan): RecordedFile[] {
  const written = writes.map(({ root, path, sha256 }) => ({
    root,
    path,
    hashes: [...new Set([...(known.get(fileKey({ root, path })) ?? []), sha256])],
  }));
  return [...written, ...removals];
}

/** Tells a file from all others. */
export function fileKey({ root, path }: Pick<RecordedFile, 'root' | 'path'>): string {
  return `${root}:${path}`;
}
