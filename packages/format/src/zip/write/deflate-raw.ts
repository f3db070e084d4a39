/** A raw deflate stream by the web platform's own compressor, which browsers and Node have, at its default level. */
export async function deflateRaw(content: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(content)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
