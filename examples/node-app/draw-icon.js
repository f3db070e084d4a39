// Draws the icon of Word Count, as SVG and as PNG of 256 pixels, from one list of shapes: `node draw-icon.js`.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

const SIZE = 256;

/** Rectangles with round corners, the lowest first; colors are red, green and blue. */
const shapes = [
  { x: 16, y: 16, width: 224, height: 224, radius: 48, color: [38, 70, 112] },
  { x: 52, y: 60, width: 152, height: 24, radius: 12, color: [255, 255, 255] },
  { x: 52, y: 98, width: 112, height: 24, radius: 12, color: [244, 162, 97] },
  { x: 52, y: 136, width: 76, height: 24, radius: 12, color: [255, 255, 255] },
  { x: 52, y: 174, width: 44, height: 24, radius: 12, color: [255, 255, 255] },
];

function toSvg() {
  const rects = shapes.map(
    ({ x, y, width, height, radius, color }) =>
      `  <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="rgb(${color.join(',')})"/>\n`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}" viewBox="0 0 ${SIZE} ${SIZE}">\n${rects.join('')}</svg>\n`;
}

function toPng() {
  const rows = Array.from({ length: SIZE }, (_, y) => [
    0,
    ...Array.from({ length: SIZE }, (_, x) => pixel(x + 0.5, y + 0.5)).flat(),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set([8, 6], 8); // 8 bits a channel, red green blue alpha
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Uint8Array.from(rows.flat()), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Red, green, blue and alpha of the pixel with this center. */
function pixel(x, y) {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (const { color, ...shape } of shapes) {
    const cover = Math.min(1, Math.max(0, 0.5 - distance(x, y, shape)));
    const sum = cover + alpha * (1 - cover);
    if (sum === 0) continue;
    [red, green, blue] = [red, green, blue].map(
      (below, index) => (color[index] * cover + below * alpha * (1 - cover)) / sum,
    );
    alpha = sum;
  }
  return [red, green, blue, 255 * alpha].map(Math.round);
}

/** From a point to the edge of a shape; negative inside. */
function distance(x, y, shape) {
  const dx = Math.abs(x - shape.x - shape.width / 2) - shape.width / 2 + shape.radius;
  const dy = Math.abs(y - shape.y - shape.height / 2) - shape.height / 2 + shape.radius;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - shape.radius;
}

function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

for (const [folder, name, content] of [
  ['scalable', 'word-count.svg', toSvg()],
  ['256x256', 'word-count.png', toPng()],
]) {
  const directory = join(import.meta.dirname, 'AppDir/usr/share/icons/hicolor', folder, 'apps');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, name), content);
}
