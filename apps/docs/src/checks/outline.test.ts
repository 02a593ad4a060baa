import { expect, test } from '@jest/globals';
import { outline } from './outline.ts';

const english = `---
title: x
---

# 3. Digits

Text.

## The data

Run \`fit\`, and see [chapter 7](./07-x): 0.98.

<Runnable name="a">

<<< @/a.ts

</Runnable>

| a | b |
| - | - |

\`\`\`sh
# a comment
ls
\`\`\`

$$y = 2.5 x$$

::: details Solution

- one
- two

:::
`;

test('returns headings, blocks and what the text mentions', () => {
  expect(outline(english)).toEqual([
    { level: 1, anchor: null, number: '3.', blocks: [], mentions: [] },
    {
      level: 2,
      anchor: 'the-data',
      number: '',
      blocks: [
        '<Runnable name="a">',
        '<<< @/a.ts',
        '|',
        '|',
        '```sh\n# a comment\nls\n```',
        '$$y = 2.5 x$$',
        '::: details',
        '- ',
        '- ',
        ':::',
      ],
      mentions: ['./07-x', '0.98', '`fit`'],
    },
  ]);
});

test('is the same for a translation', () => {
  const japanese = english
    .replace('Digits', '数字')
    .replace('The data', 'データ {#the-data}')
    .replace(
      'Run `fit`, and see [chapter 7](./07-x): 0.98.',
      '[第7章](./07-x)を見て、\n`fit` を試しましょう。0.98です。',
    )
    .replace('details Solution', 'details 解答');
  expect(outline(japanese)).toEqual(outline(english));
});

test.each([
  ['a heading', '## The data', '## Data'],
  ['the level of a heading', '## The', '### The'],
  ['an included file', '@/a.ts', '@/b.ts'],
  ['the options of a program', 'name="a"', 'name="a" options="{}"'],
  ['a figure', '0.98', '0.97'],
  ['a name', '`fit`', '`evaluate`'],
  ['a formula', '2.5', '2'],
  ['an item of a list', '- two\n', ''],
])('differs after a change of %s', (_, before, after) => {
  expect(outline(english.replace(before, after))).not.toEqual(outline(english));
});
