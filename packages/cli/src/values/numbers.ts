import { InvalidArgumentError } from '@commander-js/extra-typings';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** An option's value that is a whole number. */
export function parseWholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number');
  return Number(text);
}

/** An option's value that is a number of bytes: "131072", "128K", "1M". */
export function parseByteCount(text: string): number {
  const [, digits, unit = ''] = /^(\d{1,9})(?:([kmg])(?:ib)?)?$/i.exec(text) ?? [];
  if (digits === undefined) {
    throw new InvalidArgumentError('It must be a number of bytes, such as 131072, 128K or 1M');
  }
  return Number(digits) * (UNITS[unit.toLowerCase()] as number);
}
