/* Runs on the thread that `render-icon.ts` starts, which is ended where this takes too long. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { checkSvg } from './check-svg.ts';
import { limitWasmMemory } from './limit-wasm-memory.ts';
import { parseXpm } from './parse-xpm.ts';
import { centered, type Picture } from './picture.ts';
import type { RenderReply, RenderTask } from './render-icon.ts';
import { fittingSize, scalePicture } from './scale-picture.ts';
import { serializeStoredPng } from './stored-png.ts';

const MAXIMUM_SVG_SIZE = 32 * 1024 * 1024;
/** More pixels of a PNG than these would need hundreds of megabytes. */
const MAXIMUM_PIXELS = 4096 * 4096;
/** Enough for a picture of that many pixels, in all the forms that it has on its way. */
const MAXIMUM_MEMORY = 512 * 1024 * 1024;
/** `optimizeSpeed`: every pixel as it is. */
const AS_IT_IS = 1;

const task: RenderTask = workerData;
const wasm = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
await initWasm(limitWasmMemory(readFileSync(wasm), MAXIMUM_MEMORY));
parentPort?.postMessage(reply());

function reply(): RenderReply {
  try {
    return { png: render(task) };
  } catch (error) {
    if (error instanceof Error && error.name === 'RuntimeError')
      return { problem: 'it takes the renderer more memory than there is' };
    return { problem: error instanceof Error ? error.message : String(error) };
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
  const { width, height } = new Resvg(text);
  const side = width >= height ? 'width' : 'height';
  const rendered = new Resvg(text, { fitTo: { mode: side, value: size } }).render();
  if (rendered.width === size && rendered.height === size) return rendered.asPng();
  return encodePng(centered(rendered, size));
}

/** The renderer reads PNG in all its forms, and has no files that a picture could name. */
function decodePng(bytes: Uint8Array): Picture {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [header.getUint32(16), header.getUint32(20)]; // of the chunk IHDR, which comes first
  if (width === 0 || height === 0 || width * height > MAXIMUM_PIXELS) {
    throw new Error(`it must have 1 to ${MAXIMUM_PIXELS} pixels, found ${width}x${height}`);
  }
  const { pixels } = drawPng(bytes, width, height).render();
  // What can not be decoded is left out of the drawing.
  if (pixels.every((byte) => byte === 0)) throw new Error('it must show something, found a damaged or an empty one');
  return { width, height, pixels };
}

function encodePng(picture: Picture): Uint8Array {
  return drawPng(serializeStoredPng(picture), picture.width, picture.height).render().asPng();
}

function drawPng(bytes: Uint8Array, width: number, height: number): InstanceType<typeof Resvg> {
  const size = `width="${width}" height="${height}"`;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}><image ${size} href="data:image/png;base64,${data}"/></svg>`;
  return new Resvg(svg, { imageRendering: AS_IT_IS });
}
