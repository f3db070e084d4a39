import { type AppImage, AppImageError, isAppImageError } from '@appimage-js/format';
import { openAppImage } from '@appimage-js/format/node';
import type { Session } from './session.ts';

/**
 * Opens the image in a file or at a URL, hands it to `work` and closes it, also when the session is asked to stop: what was
 * unpacked or mounted for it is taken away. `work` has to hand the session's signal on to whatever it waits for.
 *
 * @throws AppImageError what the library throws, with the file's name in front where its message does not have it
 */
export async function withImage<Result>(
  session: Session,
  file: string,
  work: (image: AppImage) => Promise<Result>,
): Promise<Result> {
  try {
    await using image = await openAppImage(file, { signal: session.signal });
    return await work(image);
  } catch (error) {
    throw nameFile(error, file);
  }
}

/** An error about something in a file says in which. */
function nameFile(error: unknown, file: string): unknown {
  if (!isAppImageError(error)) return error;
  const { code, message, offset, path, url } = error;
  if (code === 'io' && path === file) return error; // about the file itself; in the image may be one of the same name
  if (url !== undefined && message.includes(url)) return error;
  return new AppImageError(code, `${file}: ${message}`, {
    cause: error,
    ...(offset === undefined ? {} : { offset }),
    ...(path === undefined ? {} : { path }),
    ...(url === undefined ? {} : { url }),
  });
}
