import { expect, test } from '@jest/globals';
import { readRecording, recordedHtml, recordedInNode } from './recorded-output.ts';

test('finds the output of a chapter in the README of the tutorial, with notes in its heading or without', () => {
  expect(recordedInNode('10-saving').lines[0]).toMatch(/^predictions of the model/);
  expect(recordedInNode('08-transfer').lines.at(-1)).toMatch(/^validation accuracy after fine-tuning/);
  expect(() => recordedInNode('99-nothing')).toThrow('99-nothing');
});

test('reads recordings of pages', () => {
  expect(readRecording('02-xor-layers')?.lines.at(-1)).toBe('0 1 1 0');
  expect(readRecording('99-nothing')).toBeNull();
});

test('escapes output, and hides it from Vue', () => {
  const html = recordedHtml({ lines: ['<b> {{ x }}'], curves: [] }, 'en', true);
  expect(html).toContain('&lt;b&gt; {{ x }}');
  expect(html).toContain('v-pre');
});

test('draws recorded curves', () => {
  const curves = [{ chart: 'loss', curve: 'loss', x: [1, 2], y: [1, 0.5] }];
  expect(recordedHtml({ lines: [], curves }, 'ja', true)).toContain('aria-label="loss. loss 0.5"');
});
