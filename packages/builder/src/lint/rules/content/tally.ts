/** Counts files of one kind, so that one finding stands for all. */
export class Tally {
  /** The first that was met; undefined while there is none. */
  first: string | undefined;
  count = 0;
  bytes = 0;

  add(path: string, bytes = 0): void {
    this.first ??= path;
    this.count += 1;
    this.bytes += bytes;
  }

  /** `1 header`, `12 headers (34567 bytes)`. */
  describe(singular: string, plural = `${singular}s`): string {
    const size = this.bytes === 0 ? '' : ` (${this.bytes} bytes)`;
    return `${this.count} ${this.count === 1 ? singular : plural}${size}`;
  }
}
