import { InvalidArgumentError } from '@commander-js/extra-typings';

/** An option's value that is a share: "25" or "0.5". */
export function parsePercentage(text: string): number {
  const value = /^\d{1,3}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= 100)) throw new InvalidArgumentError('It must be a number from 0 to 100');
  return value;
}
