import type { MarkdownOptions } from 'vitepress';
import type { PublishedProgram, PublishedPrograms } from './published-programs.ts';
import { readRecording, recordedHtml, recordedInNode } from './recorded-output.ts';

/** The instance of markdown-it that VitePress configures. */
type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0];

/**
 * Compiles the code block in each `<Runnable>` of a page, and adds its recorded output. The tag stands alone in its line, with an
 * empty line before the block:
 *
 * ```md
 * <Runnable name="02-xor-layers">
 *
 * <<< @/../../../examples/tutorial/src/02-xor-layers.ts
 *
 * </Runnable>
 * ```
 */
export function useRunnables(md: Markdown, programs: PublishedPrograms): void {
  const { fence } = md.renderer.rules;
  if (fence === undefined) throw new Error('VitePress renders code blocks with the rule fence.');
  md.renderer.rules.fence = (tokens, i, options, env, self) => {
    // Renders first: this reads the file of an included block.
    const html = fence(tokens, i, options, env, self);
    const before = tokens[i - 1];
    if (before?.type !== 'html_block' || !before.content.startsWith('<Runnable')) return html;
    const page: string = env.relativePath ?? env.path ?? 'a page';
    const name = /\bname="([\w.-]+)"/.exec(before.content)?.[1] ?? 'program';
    const runs = !/\bnode-only\b/.test(before.content);
    const source = tokens[i].content.trimEnd();
    const attribute = runs ? attributesOf(programs.add(source, name, page)) : '';
    const [, chapter = name] = /\brecording="([\w.-]+)"/.exec(before.content) ?? [];
    const recording = runs ? readRecording(name) : recordedInNode(chapter);
    const language = page.startsWith('ja/') ? 'ja' : 'en';
    const recorded = recording === null ? '' : recordedHtml(recording, language, runs);
    return `<div class="program"${attribute}>${html}</div>${recorded}`;
  };
}

function attributesOf({ hash, files }: PublishedProgram): string {
  return ` data-program="${hash}" data-files="${files.join(' ')}"`;
}
