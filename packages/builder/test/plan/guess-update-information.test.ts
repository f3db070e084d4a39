import { parseUpdateInformation } from '@appimage-js/format';
import { describe, expect, test } from 'vitest';
import { type BuildEnvironment, guessUpdateInformation } from '../../src/plan/guess-update-information.ts';

const image = { output: '/build/project/Hello-1.2.0-x86_64.AppImage', version: '1.2.0' };
const unversioned = { output: '/build/project/out/Hello x86_64.AppImage', version: null };
const gitHub = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'someone/hello',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_REF_NAME: 'main',
};
const gitLab = {
  GITLAB_CI: 'true',
  CI_SERVER_HOST: 'gitlab.com',
  CI_PROJECT_PATH: 'someone/hello',
  CI_PROJECT_URL: 'https://gitlab.com/someone/hello',
  CI_PROJECT_DIR: '/build/project',
  CI_COMMIT_REF_NAME: 'feature/x',
  CI_JOB_NAME: 'app image',
};
const woodpecker = { CI: 'woodpecker', CI_FORGE_TYPE: 'forgejo', CI_FORGE_URL: 'https://codeberg.org', CI_REPO: 'a/b' };

function tag(name: string): BuildEnvironment {
  return { ...gitHub, GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: name };
}

describe('update information is guessed', () => {
  const file = 'Hello-*-x86_64.AppImage.zsync';
  test.each<[string, BuildEnvironment, string]>([
    ['on a branch of GitHub', gitHub, `gh-releases-zsync|someone|hello|latest|${file}`],
    ['on a tag that is a version', tag('v1.2.0'), `gh-releases-zsync|someone|hello|latest|${file}`],
    ['on a tag of a pre-release', tag('v1.2.0-rc.1'), `gh-releases-zsync|someone|hello|latest-pre|${file}`],
    ['on a tag that is moved along', tag('continuous'), `gh-releases-zsync|someone|hello|continuous|${file}`],
    [
      'by Forgejo on Codeberg, not by the variables that are called after GitHub',
      { ...gitHub, FORGEJO_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://codeberg.org' },
      `cb-releases-zsync|someone|hello|latest|${file}`,
    ],
    [
      'by Gitea on a host of its own',
      { ...gitHub, GITEA_ACTIONS: 'true', GITHUB_SERVER_URL: 'https://git.example.org:3000/' },
      `forgejo-releases-zsync|git.example.org:3000|someone|hello|latest|${file}`,
    ],
    ['by Woodpecker on Codeberg', woodpecker, `cb-releases-zsync|a|b|latest|${file}`],
    ['on a tag of GitLab', { ...gitLab, CI_COMMIT_TAG: '1.2.0' }, `gl-releases-zsync|someone|hello|latest|${file}`],
    [
      'on a tag of another GitLab',
      { ...gitLab, CI_COMMIT_TAG: '1.2.0', CI_SERVER_HOST: 'git.example.org', CI_PROJECT_PATH: 'group/sub/hello' },
      `gl-releases-zsync|git.example.org|group/sub/hello|latest|${file}`,
    ],
  ])('%s', (_, environment, text) => {
    const guess = guessUpdateInformation(environment, image);
    expect(guess.text).toBe(text);
    const problems = parseUpdateInformation(text)?.problems.filter(({ code }) => code !== 'two-readings');
    expect(problems).toEqual([]);
  });

  test('on a branch of GitLab, as the address of the artifact', () => {
    expect(guessUpdateInformation(gitLab, unversioned).text).toBe(
      'zsync|https://gitlab.com/someone/hello/-/jobs/artifacts/feature/x/raw/out/Hello%20x86_64.AppImage.zsync?job=app%20image',
    );
  });

  test('by the whole version, not by digits of the architecture that look like it', () => {
    const guessed = (output: string, version: string) => guessUpdateInformation(gitHub, { output, version }).text;
    expect(guessed('/Hello-86-x86_64.AppImage', '86')).toMatch(/\|Hello-\*-x86_64\.AppImage\.zsync$/);
    expect(guessed('/Hello-1.0_beta-x86_64.AppImage', '1.0 beta')).toMatch(/\|Hello-\*-x86_64/);
  });
});

describe('no update information is guessed, with the reason', () => {
  test.each<[string, BuildEnvironment, RegExp]>([
    ['at home', {}, /environment is not that of/],
    ['on a GitHub of a company', { ...gitHub, GITHUB_SERVER_URL: 'https://git.example.com' }, /git\.example\.com/],
    ['without the repository', { GITHUB_ACTIONS: 'true' }, /which repository/],
    ['where the artifact has the version in its name', gitLab, /without the version/],
    [
      'where Woodpecker builds for a forge that updates can not come from',
      { ...woodpecker, CI_FORGE_TYPE: 'bitbucket' },
      /bitbucket/,
    ],
  ])('%s', (_, environment, reason) => {
    expect(guessUpdateInformation(environment, image)).toEqual({ text: null, from: expect.stringMatching(reason) });
  });
});
