import type { DesktopEntryFlaw, DesktopEntryFlawSeverity } from './flaw.ts';

/** Collects flaws while a file is looked through. */
export class FlawList {
  readonly flaws: DesktopEntryFlaw[] = [];
  readonly #told = new Set<string>();

  error(line: number | null, key: string | null, message: string): void {
    this.#add('error', line, key, message);
  }

  warning(line: number | null, key: string | null, message: string): void {
    this.#add('warning', line, key, message);
  }

  note(line: number | null, key: string | null, message: string): void {
    this.#add('note', line, key, message);
  }

  /** For what is in every line where it is in one. */
  errorOnce(what: string, line: number, message: string): void {
    if (this.#isFirst(what)) this.error(line, null, message);
  }

  warningOnce(what: string, line: number, message: string): void {
    if (this.#isFirst(what)) this.warning(line, null, message);
  }

  #isFirst(what: string): boolean {
    const isFirst = !this.#told.has(what);
    this.#told.add(what);
    return isFirst;
  }

  #add(severity: DesktopEntryFlawSeverity, line: number | null, key: string | null, message: string): void {
    this.flaws.push({ severity, line, key, message });
  }
}
