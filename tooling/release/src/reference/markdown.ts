/** Braces are attributes for VitePress and expressions for Vue; dollar signs enclose formulas. */
const entity = (character: string): string => `&#${character.charCodeAt(0)};`;

/** Escapes characters that have a meaning in Markdown, HTML or Vue templates. */
export const escapeText = (text: string): string =>
  text
    .replace(/[\\`*_[\]|#]/g, '\\$&')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[{}$]/g, entity);

/** Formats text as inline code, also text with backticks. In a cell of a table, `|` must be escaped. */
export function inlineCode(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  const space = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${space}${text}${space}${fence}`;
}

/** Formats code as a fenced block. */
export function codeBlock(code: string, info = 'ts'): string {
  const fence = code.includes('```') ? '````' : '```';
  return `${fence}${info}\n${code}\n${fence}`;
}

/** Formats a table. Cells are Markdown on one line; the bars in them are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}

const cell = (text: string): string =>
  text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\\\|/g, '|')
    .replace(/\|/g, '\\|')
    .trim();

/** Formats a block that readers can unfold. */
export const details = (summary: string, body: string): string => `::: details ${summary}\n\n${body}\n\n:::`;

/**
 * Replaces the inline code of Markdown text, and escapes the rest for HTML and Vue. Blocks of code stay unchanged.
 *
 * @param replace returns the Markdown for the text of inline code
 */
export function proseOf(text: string, replace: (code: string) => string): string {
  return text
    .split(/(^```[\s\S]*?^```|``[^`]+(?:`[^`]+)*``|`[^`\n]+(?:\n[^`\n]+)*`)/m)
    .map((part, index) => {
      if (index % 2 === 0) return escapeProse(part);
      if (part.startsWith('```')) return part;
      return replace(part.replace(/^`+ ?| ?`+$/g, '').replace(/\s*\n\s*/g, ' '));
    })
    .join('');
}

/** Escapes prose, in which Markdown such as links and lists stays effective, and links bare addresses. */
const escapeProse = (text: string): string =>
  text
    .replace(/</g, '&lt;')
    .replace(/[{}$]/g, entity)
    .replace(/\\(?=[\w])/g, '\\\\')
    .replace(/\*(?=\S)|(?<=\w)_(?=\w)|\[(?![^\]]*\]\()/g, '\\$&')
    .replace(/(?<![(<"])\bhttps?:\/\/[^\s,;)]+[^\s,;).]/g, '<$&>');

/** Returns the first sentence of a description, for lists. */
export function summaryOf(description: string): string {
  const paragraph = description.split(/\n\s*\n/)[0].replace(/\s*\n\s*/g, ' ');
  const end = /(?<!\b(?:e\.g|i\.e|et al|vs|cf|Eq|no))[.:](?=\s+[A-Z`]|$)/.exec(paragraph);
  return (end ? paragraph.slice(0, end.index) : paragraph).trim();
}
