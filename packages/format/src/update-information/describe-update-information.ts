import type { UpdateInformation } from './update-information.ts';
import type { UpdateSource } from './update-source.ts';

/**
 * Puts update information in words, for people: "GitHub releases of owner/repository, latest, file
 * App-*x86_64.AppImage.zsync".
 */
export function describeUpdateInformation({ raw, source, problems }: UpdateInformation): string {
  if (source !== null) return describeSource(source);
  const [problem] = problems;
  return problem === undefined ? raw : `${raw} (${problem.message})`;
}

function describeSource(source: UpdateSource): string {
  switch (source.transport) {
    case 'zsync':
      return `zsync, ${source.url}`;
    case 'direct-link':
      return `download of ${source.url}`;
    case 'appimage-feed':
      return `feed, ${source.url}`;
    case 'json-fields':
      return `JSON document, ${source.url}`;
    case 'gh-releases-zsync':
    case 'gh-releases-direct':
      return release('GitHub', `${source.owner}/${source.repository}`, source);
    case 'cb-releases-zsync':
      return release('Codeberg', `${source.owner}/${source.repository}`, source);
    case 'gitea-releases-zsync':
    case 'forgejo-releases-zsync':
      return release(source.instance, `${source.owner}/${source.repository}`, source);
    case 'gl-releases-zsync':
    case 'gitlab-releases-zsync':
      return release(source.host === 'gitlab.com' ? 'GitLab' : source.host, source.project, source);
    case 'pling-v1-zsync':
      return `Pling, product ${source.product}, file ${source.file}`;
    case 'ocs-v1-appimagehub-zsync':
    case 'ocs-v1-appimagehub-direct':
      return `${source.api}, product ${source.product}, file ${source.file}`;
    case 'bintray-zsync':
      return `Bintray, package ${source.owner}/${source.repository}/${source.package}, file ${source.file}`;
    case 'gh-linux-yml':
      return `GitHub releases of ${source.owner}/${source.repository}, latest, as latest-linux.yml says`;
  }
}

const TAGS: ReadonlyMap<string, string> = new Map([
  ['latest', 'latest'],
  ['latest-pre', 'latest pre-release'],
  ['latest-all', 'latest, pre-releases included'],
]);

function release(
  service: string,
  project: string,
  { tag, file }: { readonly tag: string; readonly file: string },
): string {
  return `${service} releases of ${project}, ${TAGS.get(tag) ?? `tag ${tag}`}, file ${file}`;
}
