/*
 * Update information: one line that says where newer versions are found, its fields separated by "|", the first of them
 * the transport.
 * Source: AppImage specification, "Update information".
 */
import { AppImageError } from '../errors.ts';
import { fieldNames, isGitLab, isHost, listFields, nameFields, type UpdateSource } from './update-source.ts';

/**
 * What may be wrong with update information.
 *
 * - `unknown-transport`: no updater that is known speaks it
 * - `field-count`, `empty-field`: the fields are not those of the transport
 * - `not-a-url`: a field that must be a URL of HTTP or HTTPS is none
 * - `not-a-zsync-file`: the file to look for has not the name of a control file
 * - `nested-transport`: `zsync|` stands before information of another transport; updaters stop there
 * - `two-readings`: updaters disagree on what the fields mean
 * - `closed-service`: the service is no more
 * - `more-text`: something follows the first line
 */
export type UpdateProblemCode =
  | 'unknown-transport'
  | 'field-count'
  | 'empty-field'
  | 'not-a-url'
  | 'not-a-zsync-file'
  | 'nested-transport'
  | 'two-readings'
  | 'closed-service'
  | 'more-text';

/** Something that keeps updaters, or some of them, from using the information. */
export interface UpdateProblem {
  readonly code: UpdateProblemCode;
  readonly message: string;
}

/** Update information as it was found, and what it means. */
export interface UpdateInformation {
  /** The line as it is embedded. */
  readonly raw: string;
  /** The first field: `zsync`, `gh-releases-zsync` … whether it is known or not. */
  readonly transport: string;
  /** The named fields; null where the transport is not known or the fields are not its own. */
  readonly source: UpdateSource | null;
  /** Empty when every updater of the transport can use the information. */
  readonly problems: readonly UpdateProblem[];
}

/** Problems that make information useless for every client. */
export const FATAL_UPDATE_PROBLEMS: ReadonlySet<UpdateProblemCode> = new Set([
  'field-count',
  'empty-field',
  'not-a-url',
  'nested-transport',
  'more-text',
]);

/**
 * Parses the content of a `.upd_info` section, or of the text that a shImg holds. Nothing is refused, since what is in
 * an image must be shown; see `problems`. `undefined` when there is only padding.
 */
export function parseUpdateInformation(content: Uint8Array | string): UpdateInformation | undefined {
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content);
  const [beforeNul = ''] = text.split('\0', 1);
  const [firstLine = '', ...lines] = beforeNul.trim().split(/\s*[\r\n]+/);
  if (firstLine === '') return undefined;
  const parsed = parseLine(firstLine);
  const rest = lines.length > 0 || /[^\0]/.test(text.slice(beforeNul.length));
  const more: UpdateProblem[] = rest ? [{ code: 'more-text', message: 'something follows the first line' }] : [];
  return { ...parsed, problems: [...parsed.problems, ...more] };
}

/**
 * Serializes update information into the bytes of a `.upd_info` section, without padding.
 *
 * @throws AppImageError `malformed` for what no updater could use: no transport, fields that are not the transport's
 *   own, a URL that is none, more than one line. Unknown transports are taken as they are
 */
export function serializeUpdateInformation(raw: string): Uint8Array {
  const parsed = parseUpdateInformation(raw);
  const problem = parsed?.problems.find(({ code }) => FATAL_UPDATE_PROBLEMS.has(code));
  if (problem !== undefined) throw malformed(problem.message, raw);
  if (parsed?.raw !== raw || !/^[\w-]+\|[^|]/.test(raw) || /\p{Cc}|\p{Cs}/u.test(raw)) {
    throw malformed('expected "transport|field|…" on one line', raw);
  }
  return new TextEncoder().encode(raw);
}

/**
 * Writes the line for a source.
 *
 * @throws AppImageError `malformed` when a field is empty or has a character that ends it
 */
export function formatUpdateSource(source: UpdateSource): string {
  const raw = [source.transport, ...listFields(source)].join('|');
  serializeUpdateInformation(raw);
  return raw;
}

function parseLine(raw: string): UpdateInformation {
  const [transport = '', ...fields] = raw.split('|');
  if (transport === 'zsync' && fields[0] !== 'zsync' && fieldNames(fields[0] ?? '') !== undefined) {
    const inner = parseLine(fields.join('|'));
    const message = `"zsync|" must not stand before the transport ${inner.transport}`;
    return {
      raw,
      transport,
      source: inner.source,
      problems: [{ code: 'nested-transport', message }, ...inner.problems],
    };
  }
  const problem = findFieldProblem(transport, fields);
  if (problem !== undefined) return { raw, transport, source: null, problems: [problem] };
  const source = nameFields(transport, fields);
  return { raw, transport, source, problems: findSourceProblems(source, fields) };
}

/** What keeps fields from being named. */
function findFieldProblem(transport: string, fields: readonly string[]): UpdateProblem | undefined {
  const forms = fieldNames(transport);
  if (forms === undefined) {
    return { code: 'unknown-transport', message: `transport ${JSON.stringify(transport)} is not known` };
  }
  if (!forms.some((names) => names.length === fields.length)) {
    const expected = forms.map((names) => [transport, ...names].join('|')).join(' or ');
    const message = `expected the fields ${expected}, found ${fields.length} behind the transport`;
    return { code: 'field-count', message };
  }
  if (fields.includes('')) return { code: 'empty-field', message: `fields of ${transport} must not be empty` };
  return undefined;
}

function findSourceProblems(source: UpdateSource, fields: readonly string[]): UpdateProblem[] {
  const problems: UpdateProblem[] = [];
  if ('url' in source && !isWebUrl(source.url)) {
    problems.push({
      code: 'not-a-url',
      message: `expected a URL of HTTP or HTTPS, found ${JSON.stringify(source.url)}`,
    });
  }
  if (source.transport.endsWith('-releases-zsync') && 'file' in source && !source.file.endsWith('.zsync')) {
    const message = `file must be that of a control file, ending in ".zsync", found ${JSON.stringify(source.file)}`;
    problems.push({ code: 'not-a-zsync-file', message });
  }
  if (isGitLab(source.transport) && isHost(fields[0] ?? '') && fields.length === 4) {
    const message = `${JSON.stringify(fields[0])} is read as a host; some updaters take it for an owner`;
    problems.push({ code: 'two-readings', message });
  }
  if (source.transport === 'bintray-zsync') {
    problems.push({ code: 'closed-service', message: 'Bintray has closed: no update can be found there' });
  }
  return problems;
}

function isWebUrl(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}

function malformed(message: string, raw: string): AppImageError {
  return new AppImageError('malformed', `Cannot embed update information: ${message}, in ${JSON.stringify(raw)}`);
}
