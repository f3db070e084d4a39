import {
  FATAL_UPDATE_PROBLEMS,
  findSection,
  parseUpdateInformation,
  readUpdateInformation,
  type UpdateInformation,
} from '@appimage-js/format';
import type { Check, Report } from '../../check.ts';
import type { Rule } from '../../rule.ts';
import { CATALOGUE, GO_APPIMAGE, TYPE_1_FORMAT, UPDATE_INFORMATION } from '../../sources.ts';
import type { Subject } from '../../subject/subject.ts';
import { hasRuntime } from './has-runtime.ts';

const MISSING: Rule = {
  id: 'update-information-missing',
  severity: 'note',
  summary: 'The image has update information, by which users get the next version',
  source: CATALOGUE,
  remedy:
    'Embed it when the image is built: appimage build --update-info "gh-releases-zsync|OWNER|REPOSITORY|latest|NAME-*.AppImage.zsync"',
  profiles: ['recommended', 'appimagehub'],
};

const INVALID: Rule = {
  id: 'update-information-invalid',
  severity: 'error',
  summary: 'Update information has the fields of its transport, and nothing else is in its place',
  source: UPDATE_INFORMATION,
  remedy: 'Correct the update information, with which no updater can find anything as it is',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const QUESTIONABLE: Rule = {
  id: 'update-information-questionable',
  severity: 'warning',
  summary: 'Every updater reads the update information, and reads it alike',
  source: UPDATE_INFORMATION,
  remedy: 'Use a transport of the specification, as zsync or gh-releases-zsync',
  profiles: ['recommended', 'spec'],
};

const NOT_ZSYNC: Rule = {
  id: 'update-information-not-zsync',
  severity: 'error',
  summary: 'Update information of a zsync transport names a file that ends in .zsync',
  source: GO_APPIMAGE,
  remedy: 'Name the control file, such as NAME-*.AppImage.zsync, and publish it beside the image',
  profiles: ['recommended', 'spec', 'appimagehub'],
};

const PATTERN: Rule = {
  id: 'update-information-pattern',
  severity: 'warning',
  summary: 'The file pattern of the update information fits the control files of this version and of the next',
  source: UPDATE_INFORMATION,
  remedy: 'Write * in the place of the version, as in NAME-*-x86_64.AppImage.zsync',
  profiles: ['recommended'],
};

const TOO_LONG: Rule = {
  id: 'update-information-too-long',
  severity: 'warning',
  summary: 'Update information is shorter than the room for it, so that it ends in a zero byte',
  source: TYPE_1_FORMAT,
  remedy: 'Shorten it, or take a runtime with more room',
  profiles: ['recommended', 'spec'],
};

/** Transports of the specification. */
const SPECIFIED: ReadonlySet<string> = new Set(['zsync', 'gh-releases-zsync', 'bintray-zsync', 'pling-v1-zsync']);

const ROOM_IN_TYPE_1 = 512;

/** What updaters go by. */
export const updateInformationCheck: Check = {
  rules: [MISSING, INVALID, NOT_ZSYNC, PATTERN, QUESTIONABLE, TOO_LONG],
  async inspect(subject, report) {
    const { image } = subject;
    if (image === undefined || !hasRuntime(image)) return;
    const information = await readInformation(subject);
    if (information === undefined) report(MISSING, { message: 'expected update information, found none' });
    else checkInformation(subject, information, report);
  },
};

async function readInformation({ image, signal }: Subject): Promise<UpdateInformation | undefined> {
  if (image === undefined) return undefined;
  const { source, type, elf, shImg } = image;
  if (shImg === undefined) return readUpdateInformation(source, { type, elf, signal });
  return parseUpdateInformation((await shImg.integrationZip?.readUpdateInformation({ signal })) ?? '');
}

function checkInformation(subject: Subject, information: UpdateInformation, report: Report): void {
  const { raw, transport, problems } = information;
  for (const { code, message } of problems) {
    const text = `${message}, in ${JSON.stringify(raw)}`;
    if (FATAL_UPDATE_PROBLEMS.has(code)) report(INVALID, { message: text });
    else if (code === 'not-a-zsync-file') report(NOT_ZSYNC, { message: text });
    else report(QUESTIONABLE, { message: text });
  }
  const isKnown = !problems.some(({ code }) => code === 'unknown-transport');
  if (isKnown && !SPECIFIED.has(transport)) {
    report(QUESTIONABLE, {
      message: `expected a transport of the specification, found ${transport}, which some updaters do not know`,
    });
  }
  const { source } = information;
  if (source?.transport === 'zsync' && !/\.zsync(?:$|[?#])/.test(source.url)) {
    report(NOT_ZSYNC, {
      message: `expected the URL of a control file, which ends in ".zsync", found ${JSON.stringify(source.url)}`,
    });
  }
  if (source !== null && 'file' in source && 'tag' in source) checkPattern(source.file, subject.fileName, report);
  checkLength(subject, raw, report);
}

/** A pattern with this version in it finds the next one never. */
function checkPattern(pattern: string, fileName: string | undefined, report: Report): void {
  if (!pattern.includes('*')) {
    if (/\d\.\d/.test(pattern))
      report(PATTERN, { message: `expected * in the place of the version, found ${JSON.stringify(pattern)}` });
    return;
  }
  if (fileName === undefined || !/\.appimage$/i.test(fileName)) return;
  const isZsync = pattern.endsWith('.zsync');
  const name = isZsync ? `${fileName}.zsync` : fileName;
  if (!fits(name, pattern)) {
    report(PATTERN, {
      message: `expected a pattern that fits ${JSON.stringify(name)}, found ${JSON.stringify(pattern)}`,
    });
  }
}

/** Piece by piece instead of by a regular expression, which could take forever with many asterisks. */
function fits(name: string, pattern: string): boolean {
  const pieces = pattern.split('*');
  const [first = ''] = pieces;
  const last = pieces.at(-1) ?? '';
  if (!(name.startsWith(first) && name.endsWith(last)) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > name.length - last.length) return false;
    at = found + piece.length;
  }
  return true;
}

function checkLength({ image }: Subject, raw: string, report: Report): void {
  const length = new TextEncoder().encode(raw).length;
  const room = image?.type === 'type-1' ? ROOM_IN_TYPE_1 : image?.elf && findSection(image.elf, '.upd_info')?.size;
  if (room === undefined || length < room) return;
  report(TOO_LONG, { message: `expected less than ${room} bytes, found ${length}` });
}
