import { createHash } from 'node:crypto';
import { nodeCompressor } from '../../src/node/codecs.ts';
import { richTree } from './rich-tree.ts';
import { writeImage } from './trees.ts';

/** Run by itself: prints the hash of the image of the rich tree, for another process to compare. */
const blockSize = Number(process.argv[2]);
const compressor = nodeCompressor('zstd', 5);
const image = await writeImage(richTree(blockSize), { blockSize, compressor, tailPacking: 'always' });
process.stdout.write(createHash('sha256').update(image).digest('hex'));
