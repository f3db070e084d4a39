/** Drawing programs declare a few entities for the names of namespaces; more is none of theirs. */
const MAXIMUM_ENTITIES = 100;
const MAXIMUM_ENTITY_LENGTH = 512;
const MAXIMUM_REFERENCES = 1000;

/** Those that every XML document has. */
const REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\w+);)[^\s;&<]{1,100};/g;
const DECLARATION = /<!ENTITY\s[^>]*>/g;

/**
 * Refuses documents that become huge by repeating what they declare, which the renderer would patiently do.
 *
 * @throws Error with what is wrong
 */
export function checkSvg(text: string): void {
  const declarations = text.match(DECLARATION) ?? [];
  if (declarations.length === 0) return;
  if (declarations.length > MAXIMUM_ENTITIES) {
    throw new Error(`it may declare at most ${MAXIMUM_ENTITIES} entities, found ${declarations.length}`);
  }
  const longest = Math.max(...declarations.map(({ length }) => length));
  if (longest > MAXIMUM_ENTITY_LENGTH) {
    throw new Error(`an entity may have at most ${MAXIMUM_ENTITY_LENGTH} characters, found ${longest}`);
  }
  const references = text.match(REFERENCE)?.length ?? 0;
  if (references > MAXIMUM_REFERENCES) {
    throw new Error(`it may refer to entities at most ${MAXIMUM_REFERENCES} times, found ${references}`);
  }
}
