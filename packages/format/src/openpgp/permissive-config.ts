import { type Config, config } from 'openpgp';

/** Lets openpgp.js compute what it would refuse, so that a weak signature is told from a wrong one; the verdict is ours. */
export const PERMISSIVE: Config = {
  ...config,
  rejectHashAlgorithms: new Set(),
  rejectMessageHashAlgorithms: new Set(),
  rejectPublicKeyAlgorithms: new Set(),
  rejectCurves: new Set(),
  minRSABits: 0,
};

/** What keys must keep to: the library's own rules, without those for hashes of signatures, which are judged by themselves. */
export const FOR_KEYS: Config = { ...config, rejectMessageHashAlgorithms: new Set() };
