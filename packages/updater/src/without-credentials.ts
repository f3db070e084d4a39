/** User name and password of the URLs in a text. */
const CREDENTIALS = /(\bhttps?:\/\/)[^\s/?#|"<>]*@/gi;

/** Takes user names and passwords out of all URLs in a text that somebody may read: messages, results, names of records. */
export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIALS, '$1');
}
