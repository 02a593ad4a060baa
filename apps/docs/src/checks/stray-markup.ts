import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Returns the places in a built site where Markdown is shown as text. In Japanese text, `**` does not begin or end emphasis between
 * a letter and a bracket, and `_` not within a sentence.
 */
export function strayMarkup(site: string): { readonly page: string; readonly text: string }[] {
  const files = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  return files.flatMap((page) => {
    const html = readFileSync(join(site, page), 'utf8');
    const text = html.replace(/<(script|style|pre|code|math)\b.*?<\/\1>/gs, '').replace(/<[^>]*>/g, '');
    return Array.from(text.matchAll(/.{0,20}(?:\*\*|\]\(|\s_\w|\w_\s|\{#|\$\$).{0,20}/g), ([found]) => ({
      page,
      text: found,
    }));
  });
}
