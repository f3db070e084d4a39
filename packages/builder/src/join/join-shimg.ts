import { type IntegrationZipContent, serializeIntegrationZip } from '@appimage-js/format';
import { shellRuntime } from '@appimage-js/runtime-shim';
import type { Draft } from '../output/draft.ts';

/** What {@link joinShImg} puts together. */
export interface ShImgParts {
  readonly draft: Draft;
  readonly architectures: readonly string[];
  /** Of the payload, which is SquashFS. */
  readonly compression: string;
  /** Where the payload ends. */
  readonly payloadEnd: number;
  readonly integration: IntegrationZipContent;
}

/** Writes the shell runtime before the payload and the integration zip behind it. Answers the bytes of the whole file. */
export async function joinShImg(parts: ShImgParts): Promise<number> {
  const { draft, architectures, compression, payloadEnd, integration } = parts;
  const zip = await serializeIntegrationZip(integration, { offset: payloadEnd });
  const { bytes } = await shellRuntime({
    payload: { kind: 'squashfs', compression },
    architectures,
    integrationZipLength: zip.length,
  });
  await draft.write(0, bytes);
  await draft.write(payloadEnd, zip);
  return payloadEnd + zip.length;
}
