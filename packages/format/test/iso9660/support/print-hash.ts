import { createHash } from 'node:crypto';
import { richTree } from '../../support/rich-tree.ts';
import { COMPRESSED, writeIso } from './write-image.ts';

/** Run by itself: prints the hash of the image of the rich tree, for another process to compare. */
const image = await writeIso(richTree(32_768), COMPRESSED);
process.stdout.write(createHash('sha256').update(image).digest('hex'));
