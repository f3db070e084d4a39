/* A server of OCS, as that of Pling answers: one product, number 123, with files in numbered fields. */
import { startServer, type TestServer } from './test-server.ts';

export interface FakeProductFile {
  readonly name: string;
  readonly url: string;
  readonly architecture?: string;
}

export async function fakeOcs(files: readonly FakeProductFile[], { path = '/ocs/v1' } = {}): Promise<TestServer> {
  return await startServer((_, response, url) => {
    const isKnown = url.pathname === `${path}/content/data/123`;
    response.writeHead(200, { 'content-type': 'application/xml; charset=UTF-8' });
    response.end(isKnown ? product(files) : unknownProduct);
  });
}

const unknownProduct = `<?xml version="1.0"?>
<ocs><meta><status>failed</status><statuscode>101</statuscode><message>content not found</message></meta></ocs>
`;

function product(files: readonly FakeProductFile[]): string {
  const fields = files.map(({ name, url, architecture = '' }, index) => {
    const number = index + 1;
    return `<downloadway${number}>1</downloadway${number}>
      <downloadprice${number}>0</downloadprice${number}>
      <downloadlink${number}>${url.replaceAll('&', '&amp;')}</downloadlink${number}>
      <downloadname${number}>${name}</downloadname${number}>
      <downloadsize${number}>97</downloadsize${number}>
      <download_package_arch${number}>${architecture}</download_package_arch${number}>`;
  });
  return `<?xml version="1.0"?>
<ocs>
  <meta><status>ok</status><statuscode>100</statuscode><message></message><totalitems>1</totalitems></meta>
  <data>
    <content details="full">
      <id>123</id>
      <name>App</name>
      <version>1.2</version>
      <typename>Utilities</typename>
      <created>2026-01-01T10:00:00+00:00</created>
      <changed>2026-02-01T10:00:00+00:00</changed>
      <detailpage>https://www.pling.com/p/123</detailpage>
      ${fields.join('\n      ')}
    </content>
  </data>
</ocs>
`;
}
