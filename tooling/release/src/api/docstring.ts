/** A code block after `@example`. */
export interface DocExample {
  readonly code: string;
  /** Whether the example runs. With `no-run` after its opening fence, it is only type-checked. */
  readonly runs: boolean;
  /** Whether the example runs in Node only, with `node-only` after its opening fence: it uses files, for example. */
  readonly isNodeOnly: boolean;
}

/** The parts of a docstring. Texts are Markdown. */
export interface Docstring {
  readonly description: string;
  /** Texts of `@param`, by name of the parameter. */
  readonly params: Readonly<Record<string, string>>;
  readonly returns: string | null;
  readonly throws: readonly string[];
  readonly examples: readonly DocExample[];
}

/** The docstring of a symbol that has none. */
export const noDocstring: Docstring = { description: '', params: {}, returns: null, throws: [], examples: [] };

/**
 * Parses the text of a docstring.
 *
 * @param comment text of the comment, with or without the asterisks before its lines
 */
export function parseDocstring(comment: string): Docstring {
  const params: Record<string, string> = {};
  const [descriptions, returns, throws, examples]: [string[], string[], string[], DocExample[]] = [[], [], [], []];
  for (const { tag, text } of sectionsOf(comment)) {
    if (tag === null) descriptions.push(text);
    else if (tag === 'param' || tag === 'typeParam') {
      const [, name, rest] = /^(\S+)\s*(?:-\s+)?([\s\S]*)$/.exec(text) ?? [];
      if (name !== undefined) params[name] = rest;
    } else if (tag === 'returns') returns.push(text);
    else if (tag === 'throws') throws.push(text);
    else if (tag === 'example') examples.push(...blocksOf(text));
  }
  return {
    description: descriptions.join('\n\n').trim(),
    params,
    returns: returns[0] ?? null,
    throws,
    examples,
  };
}

/** Returns the text before the first tag, and the text of each tag. Tags inside code blocks are part of the text. */
function sectionsOf(comment: string): readonly { tag: string | null; text: string }[] {
  const sections: { tag: string | null; lines: string[] }[] = [{ tag: null, lines: [] }];
  let isCode = false;
  for (const line of comment.split('\n').map((part) => part.replace(/^\s*\* ?/, ''))) {
    const tag = isCode ? null : /^\s*@(\w+)\s?(.*)$/.exec(line);
    if (/^\s*```/.test(line)) isCode = !isCode;
    if (tag) sections.push({ tag: tag[1], lines: [tag[2]] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ tag, lines }) => ({ tag, text: lines.join('\n').trim() }));
}

function blocksOf(text: string): readonly DocExample[] {
  return [...text.matchAll(/^```ts([^\n]*)\n([\s\S]*?)\n?^```/gm)].map(([, info, code]) => ({
    code,
    runs: !/\bno-run\b/.test(info),
    isNodeOnly: /\bnode-only\b/.test(info),
  }));
}
