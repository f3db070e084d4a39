import { createHash } from 'node:crypto';

/** What decides whether an installation takes part in a gradual release. */
export interface RolloutQuestion {
  /** Of this installation; without one, only a release for all is for it. */
  readonly stableId: string | undefined;
  /** Of the application and of the release, so that it is not always the same ones that go first. */
  readonly name: string;
  readonly version: string;
  /** How many of a hundred. */
  readonly rollout: number;
}

/**
 * Whether an installation takes part. The first 52 bits of the SHA-256 of its id, the name and the version, with a zero byte
 * between each two, are its place from 0 to 100; who is in at 10 % is so at 20 %.
 */
export function takesPart({ stableId, name, version, rollout }: RolloutQuestion): boolean {
  if (rollout >= 100) return true;
  if (stableId === undefined) return false;
  const digest = createHash('sha256').update([stableId, name, version].join('\0')).digest();
  const place = (digest.readUIntBE(0, 6) * 16 + ((digest[6] as number) >> 4)) / 2 ** 52;
  return place * 100 < rollout;
}
