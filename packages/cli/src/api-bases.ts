import type { ApiBases } from '@appimage-js/updater';

/** GitHub's own variables, which lead to a server of one's own where there is one. */
export function apiBases(environment: Readonly<NodeJS.ProcessEnv>): ApiBases {
  const { GITHUB_API_URL: github, GITHUB_SERVER_URL: githubWeb } = environment;
  return { ...(github && { github }), ...(githubWeb && { githubWeb }) };
}
