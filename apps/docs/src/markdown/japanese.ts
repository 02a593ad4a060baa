import type { MarkdownOptions } from 'vitepress';

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/** A page in rendering; its path is `path` in the index of the search. */
interface Environment {
  readonly relativePath?: string;
  readonly path?: string;
}

const isJapanese = ({ relativePath, path }: Environment) => (relativePath ?? path ?? '').startsWith('ja/');

/** Full-width punctuation, and letters that are written without spaces between words. */
const punctuation = /[\u3000-\u303f\uff00-\uffef]/u;
const letter = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー]/u;
/** Stands for code and formulas, which have spaces around them. */
const CODE = '`';

/**
 * Whether a line break between two characters is a space. Japanese letters have none between them and English words, where the
 * browser adds a narrow one, but one between them and code.
 */
export function breakSeparates(before: string, after: string): boolean {
  if (punctuation.test(before) || punctuation.test(after)) return false;
  if (before === CODE || after === CODE) return true;
  return !letter.test(before) && !letter.test(after);
}

/**
 * Adapts Japanese pages: a line break in the source is not a space between Japanese characters, and the names that VitePress gives
 * to buttons and links of the text are Japanese.
 */
export function useJapanese(md: Markdown): void {
  const { fence, softbreak } = md.renderer.rules;
  if (fence === undefined || softbreak === undefined) throw new Error('markdown-it has rules for fence and softbreak.');

  md.renderer.rules.softbreak = (tokens, i, options, env, self) => {
    // Tokens such as the end of emphasis have no text.
    const isText = ({ type, content }: (typeof tokens)[number]) => content !== '' || type === 'math';
    const textOf = (token: (typeof tokens)[number] | undefined) => (token?.type === 'text' ? token.content : CODE);
    const before = textOf(tokens.slice(0, i).findLast(isText)).at(-1) ?? '';
    const after = textOf(tokens.slice(i + 1).find(isText)).at(0) ?? '';
    return isJapanese(env) && !breakSeparates(before, after) ? '' : softbreak(tokens, i, options, env, self);
  };

  md.renderer.rules.fence = (tokens, i, options, env, self) => {
    const html = fence(tokens, i, options, env, self);
    return isJapanese(env) ? html.replace('title="Copy Code"', 'title="コードをコピー"') : html;
  };

  md.core.ruler.push('japanese-permalinks', ({ tokens, env }) => {
    if (!isJapanese(env)) return;
    for (const [i, { type }] of tokens.entries()) {
      if (type !== 'heading_open') continue;
      const link = tokens[i + 1].children?.find((token) => token.attrGet('class') === 'header-anchor');
      link?.attrSet('aria-label', `「${tokens[i + 1].content}」へのリンク`);
    }
  });
}
