import {
  AppImageError,
  DIGEST_SECTION,
  type Elf,
  findSection,
  KEY_SECTION,
  SIGNATURE_SECTION,
} from '@appimage-js/format';

/**
 * Says before anything is read that the digest of appimagetool would have no place. What a signature takes belongs to it, as it is
 * left out of what is hashed.
 *
 * @throws AppImageError `unsupported`
 */
export function checkRoomForDigest({ elf }: { readonly elf: Elf | null }): void {
  if (elf === null) {
    throw new AppImageError(
      'unsupported',
      'Cannot write MD5 digest: the image must be of type 2; a shImg or an image of type 1 has no place for it',
    );
  }
  const missing = [DIGEST_SECTION, SIGNATURE_SECTION, KEY_SECTION].filter(
    (name) => findSection(elf, name) === undefined,
  );
  if (missing.length === 0) return;
  throw new AppImageError(
    'unsupported',
    `Cannot write MD5 digest: the runtime must have its sections, found no ${missing.join(' and no ')}; build with a present runtime`,
  );
}
