import { describe, expect, test } from 'vitest';
import { parseSvgSize } from '../../../src/icon/format/svg.ts';
import { xml } from '../../support/xml.ts';

const size = (attributes: string) => {
  const { width, height } = parseSvgSize(xml(`<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><g/></svg>`)) ?? {};
  return [width, height];
};

describe('the size of an SVG', () => {
  test.each([
    ['width="64" height="32"', 64, 32],
    ["width='64px' height=' 32.5PX '", 64, 32.5],
    ['width="1in" height="2.54cm"', 96, 96],
    ['width="12.7mm" height="50.8Q"', 48, 48],
    ['width="36pt" height="3pc"', 48, 48],
    ['width="3em" height="6ex"', 48, 48],
    ['width="+4.8e1" height=".48E+2"', 48, 48],
    ['viewBox="0 0 24.5 12"', 24.5, 12],
    ['viewBox=" -1,-1 , 9  ,8 "', 9, 8],
    ['width="100%" height="100%" viewBox="0 0 9 8"', 9, 8],
    ['width="auto" viewBox="0 0 9 8"', 9, 8],
    ['width="64" viewBox="0 0 32 16"', 64, 32],
    ['height="64" viewBox="0 0 32 16"', 128, 64],
    ['width="64" height="50%" viewBox="0 0 32 16"', 64, 32],
    ['width="64" height="64" viewBox="0 0 32 16"', 64, 64],
    ['width="64"', 64, null],
    ['width="0" height="-5" viewBox="0 0 9 8"', 9, 8],
    ['viewBox="0 0 0 8"', null, null],
    ['viewBox="0 0 9"', null, null],
    ['viewBox="0 0 9 8 7"', null, null],
    ['viewBox="a b c d"', null, null],
    ['width="1e999" height="64 px2"', null, null],
    ['width="64furlongs"', null, null],
    ['width="" height=""', null, null],
    ['', null, null],
  ])('with %s is %s × %s', (attributes, width, height) => {
    expect(size(attributes)).toEqual([width, height]);
  });
});

const expected = { width: 5, height: 6 };

describe('an SVG', () => {
  test.each([
    ['with a prefix', '<s:svg xmlns:s="http://www.w3.org/2000/svg" width="5" height="6"/>'],
    ['without namespace', '<svg width="5" height="6"/>'],
    [
      'with a document type',
      '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd"><svg width="5" height="6"/>',
    ],
    [
      'with entities',
      '<!DOCTYPE svg [<!ENTITY ns "http://www.w3.org/2000/svg"><!ENTITY x "<svg width=\'1\'>">]>\n<svg xmlns="&ns;" width="5" height="6">',
    ],
    [
      'after comments and instructions',
      '<?xml version="1.0"?><!-- <svg width="1"> --><?x <svg>?><svg width="5" height="6"/>',
    ],
    ['after a byte order mark', '\ufeff<svg width="5" height="6"/>'],
    ['with a > in quotes', '<svg title=">" width="5" height="6"/>'],
    ['with escaped text', '<svg width="&#53;" height="6"/>'],
    ['that is not well-formed later', '<svg width="5" height="6"><g></svg>'],
    ['that is cut off later', '<svg width="5" height="6"><g'],
    ['after white space before the declaration', '\n<?xml version="1.0"?><svg width="5" height="6"/>'],
    ['with attributes without quotes', '<svg width=5 height=6>'],
    ['with an attribute twice', '<svg width="5" height="6" id="" id=""/>'],
    ['with text that is not UTF-8', '<!-- \u00ff --><svg width="5" height="6"/>'],
  ])('%s is measured', (_, text) => {
    expect(parseSvgSize(Buffer.from(text, text.includes('\u00ff') ? 'latin1' : 'utf8'))).toEqual(expected);
  });

  test('in UTF-16 is measured', () => {
    const text = '\ufeff<?xml version="1.0" encoding="UTF-16"?><svg width="5" height="6"/>';
    expect(parseSvgSize(Buffer.from(text, 'utf16le'))).toEqual(expected);
  });

  test('is measured in time linear in its length', () => {
    const filling = ' a=""'.repeat(150_000);
    expect(parseSvgSize(xml(`<svg${filling}`))).toBeUndefined();
    expect(parseSvgSize(xml(`<svg ${' width'.repeat(150_000)} width=5 height=6>`))).toEqual(expected);
    expect(parseSvgSize(xml(`<svg ${'width='.repeat(150_000)}`))).toBeUndefined();
    expect(parseSvgSize(xml('<'.repeat(1_000_000)))).toBeUndefined();
  });
});
