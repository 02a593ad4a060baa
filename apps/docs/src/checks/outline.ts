/** A heading of a page, and what the text below it contains. A translation has the same sections in the same order. */
export interface Section {
  /** Number of `#`; 0 for text before the first heading. */
  readonly level: number;
  /** The anchor, for links to the section; null for the title of the page. */
  readonly anchor: string | null;
  /** The number of the chapter in its title; empty for other headings. */
  readonly number: string;
  /** Programs, included files, containers, blocks of code, formulas, tables and lists, in their order. */
  readonly blocks: readonly string[];
  /** Names in code, decimal numbers and addresses of links in the text, sorted. */
  readonly mentions: readonly string[];
}

/** Returns the sections of a page in Markdown. */
export function outline(markdown: string): readonly Section[] {
  const sections: Section[] = [];
  let heading = '';
  let body: string[] = [];
  const add = () => {
    if (heading !== '' || body.some((line) => line !== '')) sections.push(section(heading, body.join('\n')));
  };
  let inCode = false;
  for (const line of markdown.replace(/^---\n.*?\n---\n/s, '').split('\n')) {
    if (line.startsWith('```')) inCode = !inCode;
    if (inCode || !/^#+ /.test(line)) {
      body.push(line);
      continue;
    }
    add();
    [heading, body] = [line, []];
  }
  add();
  return sections;
}

function section(heading: string, body: string): Section {
  const [, marks = '', title = '', anchor] = /^(#+) (.*?)(?: \{#([\w-]+)\})?$/.exec(heading) ?? [];
  return {
    level: marks.length,
    anchor: marks.length < 2 ? null : (anchor ?? anchorOf(title)),
    number: /^\d+\./.exec(title)?.[0] ?? '',
    // The text of table rows, items and titles of containers is translated.
    blocks: Array.from(body.matchAll(block), ([found]) => found.replace(/^(\||[-*] |\d+\. |::: ?\w*).*/, '$1')),
    mentions: mentionsIn(body.replace(/^```.*?^```$/gms, '')),
  };
}

/** Code, programs, included files, containers, formulas in lines of their own, rows of tables, and items of lists. */
const block = /^(?:```.*?^```$|<Runnable.*?>$|<<< [^\n]*|:::[^\n]*|\$\$.*?\$\$$|\|[^\n]*|[-*] [^\n]*|\d+\. [^\n]*)/gms;

function mentionsIn(body: string): string[] {
  const code = body.match(/`[^`]+`/g) ?? [];
  const links = Array.from(body.matchAll(/\]\(([^)]+)\)/g), ([, address]) => address);
  const text = body.replace(/`[^`]+`|\$[^$]+\$|<.*/g, '');
  const decimals = text.match(/\d+\.\d+/g) ?? [];
  return [...new Set([...code, ...links, ...decimals])].sort();
}

/** Returns the anchor of a heading, as VitePress makes it from English text. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '-')
    .replace(/^-|-$/g, '');
}
