/** What a build needs is not on this machine; the message is one line that says how to get it. */
export class MissingToolchain extends Error {
  override readonly name = 'MissingToolchain';
}
