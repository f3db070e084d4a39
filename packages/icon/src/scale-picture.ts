import { emptyPicture, PIXEL_SIZE, type Picture } from './picture.ts';

/** The part of each source pixel in one pixel of the result. */
interface Weights {
  readonly start: number;
  readonly parts: readonly number[];
}

/**
 * Makes a picture smaller or larger, each direction on its own, by a triangle as wide as a pixel of the larger of both pictures:
 * every pixel of the source counts, so that fine lines do not break when a large icon becomes a small one. Only sums and
 * products of doubles, so that the bytes are the same on every machine.
 */
export function scalePicture(picture: Picture, width: number, height: number): Picture {
  return transposed(scaleRows(transposed(scaleRows(picture, width)), height));
}

/** The largest size within a square of `size` pixels that has the picture's proportions. */
export function fittingSize({ width, height }: Pick<Picture, 'width' | 'height'>, size: number): [number, number] {
  const longer = Math.max(width, height);
  return [Math.max(1, Math.round((width * size) / longer)), Math.max(1, Math.round((height * size) / longer))];
}

function scaleRows(picture: Picture, width: number): Picture {
  const result = emptyPicture(width, picture.height);
  const weights = Array.from({ length: width }, (_, x) => weightsOf(x, picture.width, width));
  for (let y = 0; y < picture.height; y++) {
    const row = y * picture.width;
    for (let x = 0; x < width; x++) {
      const { start, parts } = weights[x] as Weights;
      for (let channel = 0; channel < PIXEL_SIZE; channel++) {
        let sum = 0;
        for (let index = 0; index < parts.length; index++) {
          sum += (parts[index] as number) * (picture.pixels[(row + start + index) * PIXEL_SIZE + channel] as number);
        }
        result.pixels[(y * width + x) * PIXEL_SIZE + channel] = Math.round(sum);
      }
    }
  }
  return result;
}

function weightsOf(x: number, from: number, to: number): Weights {
  const ratio = from / to;
  const radius = Math.max(1, ratio);
  const center = (x + 0.5) * ratio;
  const start = Math.max(0, Math.floor(center - radius));
  const end = Math.min(from, Math.ceil(center + radius));
  const raw = Array.from({ length: end - start }, (_, index) => {
    return Math.max(0, 1 - Math.abs((start + index + 0.5 - center) / radius));
  });
  const total = raw.reduce((sum, part) => sum + part, 0);
  return { start, parts: raw.map((part) => part / total) };
}

function transposed({ width, height, pixels }: Picture): Picture {
  const result = emptyPicture(height, width);
  const from = new Uint32Array(pixels.buffer, pixels.byteOffset, width * height);
  const to = new Uint32Array(result.pixels.buffer);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) to[x * height + y] = from[y * width + x] as number;
  }
  return result;
}
