// Draws the icon of Word Count, as SVG and as PNG of 256 pixels, from one list of shapes.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

/** Red, green, blue; 0 to 255. */
type Color = readonly [number, number, number];

/** A rectangle with round corners. */
interface Shape {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly color: Color;
}

const SIZE = 256;
const WHITE: Color = [255, 255, 255];

/** The lowest first. */
const shapes: readonly Shape[] = [
  { x: 16, y: 16, width: 224, height: 224, radius: 48, color: [38, 70, 112] },
  { x: 52, y: 60, width: 152, height: 24, radius: 12, color: WHITE },
  { x: 52, y: 98, width: 112, height: 24, radius: 12, color: [244, 162, 97] },
  { x: 52, y: 136, width: 76, height: 24, radius: 12, color: WHITE },
  { x: 52, y: 174, width: 44, height: 24, radius: 12, color: WHITE },
];

function toSvg(): string {
  const rectangles = shapes.map(
    ({ x, y, width, height, radius, color }) =>
      `  <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="rgb(${color})"/>\n`,
  );
  const size = `width="${SIZE}" height="${SIZE}" viewBox="0 0 ${SIZE} ${SIZE}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${rectangles.join('')}</svg>\n`;
}

function toPng(): Buffer {
  const places = Array.from({ length: SIZE }, (_, index) => index + 0.5);
  const rows = places.map((y) => [0, ...places.flatMap((x) => pixel(x, y))]); // 0: the row is not filtered
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set([8, 6], 8); // 8 bits each of red, green, blue and alpha
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Uint8Array.from(rows.flat()), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Red, green, blue and alpha at a place, the shapes there one over the other. */
function pixel(x: number, y: number): number[] {
  let color: Color = [0, 0, 0];
  let alpha = 0;
  for (const shape of shapes) {
    const cover = Math.min(1, Math.max(0, 0.5 - distance(x, y, shape)));
    const sum = cover + alpha * (1 - cover);
    if (sum === 0) continue;
    const mix = (above: number, below: number) => (above * cover + below * alpha * (1 - cover)) / sum;
    const [red, green, blue] = shape.color;
    color = [mix(red, color[0]), mix(green, color[1]), mix(blue, color[2])];
    alpha = sum;
  }
  return [...color, 255 * alpha].map(Math.round);
}

/** From a place to the edge of a shape; negative inside. */
function distance(x: number, y: number, shape: Shape): number {
  const dx = Math.abs(x - shape.x - shape.width / 2) - shape.width / 2 + shape.radius;
  const dy = Math.abs(y - shape.y - shape.height / 2) - shape.height / 2 + shape.radius;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - shape.radius;
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const length = Buffer.alloc(4);
  const checksum = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

function writeIcon(path: string, content: string | Buffer): void {
  const file = join(import.meta.dirname, 'AppDir/usr/share/icons/hicolor', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

writeIcon('scalable/apps/word-count.svg', toSvg());
writeIcon('256x256/apps/word-count.png', toPng());
