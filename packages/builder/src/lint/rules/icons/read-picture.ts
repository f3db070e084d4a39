import { describeIcon, type FileEntry, type IconDescription } from '@appimage-js/format';
import type { Subject } from '../../subject/subject.ts';

/** Nearly all pictures say their size in the first kilobytes. */
const HEAD_LENGTH = 65_536;

/** What the beginning of a file says of the picture in it; undefined for what is none. */
export async function readPicture(subject: Subject, file: FileEntry): Promise<IconDescription | undefined> {
  return describeIcon(await subject.readStart(file, HEAD_LENGTH));
}
