/** Who may import whom, by short names. */
export type Arrows = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The arrows of the first Mermaid diagram of a page, one `a --> b` a line.
 *
 * @throws Error when the page has no diagram, or the diagram a line that is not understood
 */
export function readDiagram(markdown: string): Arrows {
  const [, body] = markdown.match(/^```mermaid\s*\n\s*(?:graph|flowchart) \w+\n(.*?)^```/ms) ?? [];
  if (body === undefined)
    throw new Error('Cannot read the diagram: expected a "mermaid" block with a graph, found none');
  const arrows = new Map<string, Set<string>>();
  for (const line of body.split('\n').filter((text) => text.trim() !== '')) {
    const [, from, to] = line.match(/^\s*([\w-]+) --> ([\w-]+)$/) ?? [];
    if (from === undefined || to === undefined) {
      throw new Error(`Cannot read the diagram: expected "a --> b", found "${line.trim()}"`);
    }
    arrows.set(from, (arrows.get(from) ?? new Set()).add(to));
  }
  return arrows;
}
