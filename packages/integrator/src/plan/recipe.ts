import { sha256 } from '../files/hash.ts';
import type { ThumbnailFolder } from '../thumbnail/thumbnail-sizes.ts';
import type { IntegrationRequest } from './integration.ts';

/** Raised with every change to what is written for an image, so that the files of earlier versions are written anew. */
const GENERATOR = 1;

/** A digest of all that the files of an image are made of, beside the image. */
export function recipeOf(request: IntegrationRequest, thumbnails: readonly ThumbnailFolder[]): string {
  return sha256(JSON.stringify([GENERATOR, request, thumbnails])).slice(0, 16);
}
