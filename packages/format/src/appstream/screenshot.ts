/*
 * AppStream 0.16, 2.1.3 "screenshots": https://www.freedesktop.org/software/appstream/docs/chap-Metadata.html
 */
import { languageOf, type Translations, translatedText } from '../xml/translations.ts';
import { childElements, flowText, type XmlElement } from '../xml/xml-element.ts';
import { countAttribute } from './attribute-value.ts';

/** What somebody may look at before they install the software: pictures of one scene, or a video. */
export interface Screenshot {
  /** Whether it is the one to be shown first. */
  readonly isDefault: boolean;
  readonly caption: Translations;
  readonly images: readonly ScreenshotImage[];
  readonly videos: readonly ScreenshotVideo[];
}

/** One size of a picture. */
export interface ScreenshotImage {
  /** `source` for the original, `thumbnail` for smaller ones. */
  readonly type: string;
  readonly url: string;
  /** Pixels; null where the file does not say. */
  readonly width: number | null;
  readonly height: number | null;
  /** The locale of what the picture shows; null for the untranslated one. */
  readonly locale: string | null;
}

/** A short film. */
export interface ScreenshotVideo {
  readonly url: string;
  /** `webm` or `matroska`. */
  readonly container: string | null;
  /** `av1` or `vp9`. */
  readonly codec: string | null;
  /** Pixels; null where the file does not say. */
  readonly width: number | null;
  readonly height: number | null;
  readonly locale: string | null;
}

/** Reads the `screenshot` children of `screenshots` elements. */
export function parseScreenshots(parents: readonly XmlElement[]): Screenshot[] {
  return parents.flatMap((parent) => childElements(parent, 'screenshot').map(parseScreenshot));
}

function parseScreenshot(element: XmlElement): Screenshot {
  const images = childElements(element, 'image').map(parseImage);
  return {
    isDefault: element.attributes.get('type') === 'default',
    caption: translatedText(childElements(element, 'caption')),
    images: images.length > 0 ? images : parseBareImage(element),
    videos: childElements(element, 'video').map(parseVideo),
  };
}

/** The oldest files have the URL in the screenshot itself. */
function parseBareImage(element: XmlElement): ScreenshotImage[] {
  const hasElements = element.children.some((child) => typeof child !== 'string');
  return hasElements || flowText(element) === '' ? [] : [{ ...parseImage(element), type: 'source' }];
}

function parseImage(element: XmlElement): ScreenshotImage {
  return { type: element.attributes.get('type') ?? 'source', ...parseMedium(element) };
}

function parseVideo(element: XmlElement): ScreenshotVideo {
  const { attributes } = element;
  return {
    container: attributes.get('container') ?? null,
    codec: attributes.get('codec') ?? null,
    ...parseMedium(element),
  };
}

function parseMedium(element: XmlElement) {
  return {
    url: flowText(element),
    width: countAttribute(element, 'width'),
    height: countAttribute(element, 'height'),
    locale: languageOf(element) ?? null,
  };
}
