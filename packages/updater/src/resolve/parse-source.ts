import { parseUpdateInformation, type UpdateInformation } from '@appimage-js/format';
import { SourceError } from '../source-error.ts';
import { parseFieldMapping } from './json-fields.ts';

/**
 * Parses what a user gives for a source: update information in any form, or a URL alone. A URL that ends in `.zsync` is that
 * of a control file, one that ends in `.json` that of a feed, every other one that of the image.
 *
 * @throws AppImageError `malformed` for what is neither, `unsupported` for an unknown transport
 */
export function parseUpdateSource(text: string): UpdateInformation {
  const line = text.trim();
  const information = parseUpdateInformation(/^https?:\/\//i.test(line) ? informationOf(line) : line);
  if (information === undefined) throw unusable('expected a URL or "transport|…", found nothing');
  const fatal = information.problems.find(({ code }) => code !== 'two-readings' && code !== 'not-a-zsync-file');
  if (information.source === null || (fatal !== undefined && fatal.code !== 'closed-service')) {
    throw unusable(
      fatal?.message ?? 'it says too little',
      fatal?.code === 'unknown-transport' ? 'unsupported' : 'malformed',
    );
  }
  if (information.source.transport === 'json-fields') parseFieldMapping(information.source.fields);
  return information;
}

function informationOf(url: string): string {
  const pathname = URL.parse(url)?.pathname ?? '';
  if (pathname.endsWith('.zsync')) return `zsync|${url}`;
  return pathname.endsWith('.json') ? `appimage-feed|${url}` : `direct-link|${url}`;
}

function unusable(message: string, code: 'malformed' | 'unsupported' = 'malformed'): SourceError {
  return new SourceError(code, `Cannot use source: ${message}`, { reason: 'unusable-information' });
}
