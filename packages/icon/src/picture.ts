/** A picture in memory. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Four bytes a pixel: red, green and blue, already multiplied by the opacity that is the fourth. */
  readonly pixels: Uint8Array;
}

/** Bytes of a pixel. */
export const PIXEL_SIZE = 4;

/** A picture on which nothing is drawn yet. */
export function emptyPicture(width: number, height: number): Picture {
  return { width, height, pixels: new Uint8Array(width * height * PIXEL_SIZE) };
}

/** The picture in the middle of a transparent square of that size, which must be as large as the picture at least. */
export function centered(picture: Picture, size: number): Picture {
  const square = emptyPicture(size, size);
  const left = Math.floor((size - picture.width) / 2);
  const top = Math.floor((size - picture.height) / 2);
  for (let y = 0; y < picture.height; y++) {
    const row = picture.pixels.subarray(y * picture.width * PIXEL_SIZE, (y + 1) * picture.width * PIXEL_SIZE);
    square.pixels.set(row, ((top + y) * size + left) * PIXEL_SIZE);
  }
  return square;
}
