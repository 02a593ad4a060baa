import temml from 'temml';
import type { MarkdownOptions } from 'vitepress';

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/** Renders formulas between dollar signs, in the notation of TeX, as MathML, which browsers show without scripts. */
export function useMathematics(md: Markdown): void {
  md.inline.ruler.after('escape', 'math', (state, silent) => {
    const found = /^(\${1,2})(?=[^\s$])((?:\\.|[^\\$])*?[^\s\\])\1(?!\d)/s.exec(state.src.slice(state.pos));
    if (found === null) return false;
    if (!silent) {
      const token = state.push('math', 'math', 0);
      token.content = found[2];
      token.markup = found[1];
    }
    state.pos += found[0].length;
    return true;
  });
  md.renderer.rules.math = (tokens, i) => {
    const { content, markup } = tokens[i];
    const formula = temml.renderToString(content, { displayMode: markup === '$$', throwOnError: true });
    return formula.replace('<math', '<math v-pre');
  };
}
