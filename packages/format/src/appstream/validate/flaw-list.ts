import type { AppStreamFlaw } from './flaw.ts';

/** Collects flaws while metadata are looked through. */
export class FlawList {
  readonly flaws: AppStreamFlaw[] = [];

  error(tag: string, message: string): void {
    this.flaws.push({ severity: 'error', tag, message });
  }

  warning(tag: string, message: string): void {
    this.flaws.push({ severity: 'warning', tag, message });
  }

  note(tag: string, message: string): void {
    this.flaws.push({ severity: 'note', tag, message });
  }
}

/** A piece of a document for a message. */
export function show(text: string): string {
  const line = text.trim();
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line);
}
