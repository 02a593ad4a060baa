import { expect, test } from '@jest/globals';
import { loadVocabulary } from './load-vocabulary.ts';

// Keras reads the same tokens, except that it keeps a byte order mark, and rejects empty lines.
test.each([
  ['a\nb\n猫', ['a', 'b', '猫']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['a\rb\nc\r\r\n', ['a\rb', 'c\r']],
  [' a \n\tb', [' a ', '\tb']],
  ['[UNK]\na\n', ['[UNK]', 'a']],
  ['5\n-7\n', ['5', '-7']],
  ['a\u2028b\nc\x0bd\n', ['a\u2028b', 'c\x0bd']],
  ['\n[UNK]\na\n\n', ['', '[UNK]', 'a', '']],
  ['\ufeffa\n', ['a']],
  ['', []],
])('reads a token from each line of %j', async (text, tokens) => {
  expect(await loadVocabulary(new Blob([text]))).toEqual(tokens);
});

test('rejects other encodings and unknown options', async () => {
  await expect(loadVocabulary(new Blob([Uint8Array.of(0xe9, 0x0a)]))).rejects.toMatchObject({ code: 'corrupt' });
  await expect(loadVocabulary(new Blob(['a']), { encoding: 'latin1' } as never)).rejects.toMatchObject({
    code: 'argument',
  });
});
