/**
 * What relative URLs in a document are relative to: where it was found, with the user name and the password that it was asked for with,
 * unless a redirect has led to somebody else.
 */
export function baseUrl(asked: string, found: string): string {
  const [from, base] = [new URL(asked), new URL(found)];
  if (from.origin === base.origin) [base.username, base.password] = [from.username, from.password];
  return base.href;
}
