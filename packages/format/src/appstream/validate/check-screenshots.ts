/*
 * AppStream 0.16, 2.1.3, the tag `<screenshots/>`.
 */
import { childElements, type XmlElement } from '../../xml/xml-element.ts';
import { checkUrl, contentOf, tellWrongChild } from './element-checks.ts';
import { type FlawList, show } from './flaw-list.ts';

const CODECS: ReadonlySet<string> = new Set(['av1', 'vp9']);
const CONTAINERS: ReadonlySet<string> = new Set(['webm', 'mkv']);

/** Looks at all screenshots. */
export function checkScreenshots(screenshots: XmlElement, flaws: FlawList): void {
  if (!childElements(screenshots).some(({ attributes }) => attributes.get('type') === 'default')) {
    flaws.warning('screenshot-default-missing', 'one of the screenshots must be the default, found none that is');
  }
  for (const screenshot of childElements(screenshots)) {
    if (screenshot.name !== 'screenshot') tellWrongChild(screenshots, screenshot, '<screenshot>', flaws);
    checkScreenshot(screenshot, flaws);
  }
}

function checkScreenshot(screenshot: XmlElement, flaws: FlawList): void {
  const images = childElements(screenshot, 'image');
  const videos = childElements(screenshot, 'video');
  for (const image of images) checkUrl(contentOf(image), flaws, 'screenshot-media-url-not-secure');
  for (const video of videos) checkVideo(video, flaws);
  for (const child of childElements(screenshot)) {
    if (!['image', 'video', 'caption'].includes(child.name)) {
      tellWrongChild(screenshot, child, '<image>, <video> and <caption>', flaws);
    }
  }
  if (images.length + videos.length === 0) {
    flaws.error('screenshot-no-media', 'a screenshot must have an image or a video, found neither');
  }
  if (images.length > 0 && videos.length > 0) {
    flaws.error('screenshot-mixed-images-videos', 'a screenshot must have images or videos, found both');
  }
  if (videos.length > 0 && screenshot.attributes.get('type') === 'default') {
    flaws.error('screenshot-default-contains-video', 'the default screenshot must be an image, found a video');
  }
}

function checkVideo(video: XmlElement, flaws: FlawList): void {
  const url = contentOf(video);
  if (!checkUrl(url, flaws, 'screenshot-media-url-not-secure')) return;
  const codec = video.attributes.get('codec');
  if (codec === undefined) flaws.note('screenshot-video-codec-missing', 'a video should tell its codec, found none');
  else if (!CODECS.has(codec)) {
    flaws.warning('screenshot-video-codec-invalid', `the codec of a video must be av1 or vp9, found ${show(codec)}`);
  }
  const container = video.attributes.get('container');
  if (container !== undefined && !CONTAINERS.has(container)) {
    flaws.warning(
      'screenshot-video-container-invalid',
      `the container of a video must be webm or mkv, found ${show(container)}`,
    );
  }
  const fileName = url.slice(url.lastIndexOf('/') + 1).toLowerCase();
  if (fileName.includes('.') && !/\.(?:mkv|webm)$/.test(fileName)) {
    flaws.warning(
      'screenshot-video-file-wrong-container',
      `the file of a video must be WebM or Matroska, found ${show(fileName)}`,
    );
  }
}
