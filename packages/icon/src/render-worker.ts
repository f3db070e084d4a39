/* Runs on the thread that `icon-renderer.ts` starts, which is ended where this takes too long. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { initWasm, Resvg, type ResvgRenderOptions } from '@resvg/resvg-wasm';
import { checkSvg } from './check-svg.ts';
import { limitWasmMemory } from './limit-wasm-memory.ts';
import { parseXpm } from './parse-xpm.ts';
import { centered, type Picture } from './picture.ts';
import type { RenderReply, RenderTask } from './render-task.ts';
import { fittingSize, scalePicture } from './scale-picture.ts';
import { serializeStoredPng } from './stored-png.ts';

const MAXIMUM_SVG_SIZE = 32 * 1024 * 1024;
/** More pixels of a PNG than these would need hundreds of megabytes. */
const MAXIMUM_PIXELS = 4096 * 4096;
/** Enough for a picture of that many pixels, in all the forms that it has on its way. */
const MAXIMUM_MEMORY = 512 * 1024 * 1024;
/** The memory of the module never shrinks: after an icon of more bytes or pixels, or with a picture in it, another thread is cheaper. */
const KEPT_LENGTH = 512 * 1024;
const KEPT_PIXELS = 1024 * 1024;
/** `optimizeSpeed`: every pixel as it is. */
const AS_IT_IS = 1;

let spent = false;
const wasm = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
await initWasm(limitWasmMemory(readFileSync(wasm), MAXIMUM_MEMORY));
parentPort?.on('message', (task: RenderTask) => parentPort?.postMessage(reply(task)));

function reply(task: RenderTask): RenderReply {
  spent = task.contents.length > KEPT_LENGTH;
  try {
    return { png: render(task), spent };
  } catch (error) {
    if (error instanceof Error && error.name === 'RuntimeError')
      return { problem: 'it takes the renderer more memory than there is', spent: true };
    return { problem: error instanceof Error ? error.message : String(error), spent };
  }
}

function render({ contents, format, size }: RenderTask): Uint8Array {
  if (format === 'svg') return renderSvg(contents, size);
  if (format === 'svgz') return renderSvg(gunzipSync(contents, { maxOutputLength: MAXIMUM_SVG_SIZE }), size);
  const picture = format === 'png' ? decodePng(contents) : parseXpm(new TextDecoder('latin1').decode(contents));
  return encodePng(centered(scalePicture(picture, ...fittingSize(picture, size)), size));
}

function renderSvg(bytes: Uint8Array, size: number): Uint8Array {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  checkSvg(text);
  spent ||= text.length > KEPT_LENGTH || text.includes('image');
  const svg = new Resvg(text);
  const side = svg.width >= svg.height ? 'width' : 'height';
  svg.free();
  return draw(text, { fitTo: { mode: side, value: size } }, (drawing) => {
    const { width, height } = drawing;
    if (width === size && height === size) return drawing.asPng();
    return encodePng(centered({ width, height, pixels: drawing.pixels }, size));
  });
}

/** The renderer reads PNG in all its forms, and has no files that a picture could name. */
function decodePng(bytes: Uint8Array): Picture {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [header.getUint32(16), header.getUint32(20)]; // of the chunk IHDR, which comes first
  if (width === 0 || height === 0 || width * height > MAXIMUM_PIXELS) {
    throw new Error(`it must have 1 to ${MAXIMUM_PIXELS} pixels, found ${width}x${height}`);
  }
  spent ||= width * height > KEPT_PIXELS;
  const pixels = drawPng(bytes, { width, height }, (drawing) => drawing.pixels);
  // What can not be decoded is left out of the drawing.
  if (pixels.every((byte) => byte === 0)) throw new Error('it must show something, found a damaged or an empty one');
  return { width, height, pixels };
}

function encodePng(picture: Picture): Uint8Array {
  return drawPng(serializeStoredPng(picture), picture, (drawing) => drawing.asPng());
}

function drawPng<Result>(
  bytes: Uint8Array,
  { width, height }: Pick<Picture, 'width' | 'height'>,
  use: (drawing: Drawing) => Result,
): Result {
  const size = `width="${width}" height="${height}"`;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><image ${size} href="data:image/png;base64,${data}"/></svg>`;
  return draw(svg, { imageRendering: AS_IT_IS }, use);
}

type Drawing = ReturnType<InstanceType<typeof Resvg>['render']>;

/** The memory of the renderer is not the collector's: it is given back at once, unless the renderer has failed and may not be called again. */
function draw<Result>(text: string, options: ResvgRenderOptions, use: (drawing: Drawing) => Result): Result {
  const svg = new Resvg(text, options);
  const drawing = svg.render();
  const result = use(drawing);
  drawing.free();
  svg.free();
  return result;
}
