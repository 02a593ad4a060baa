import type { Api, ApiSymbol } from '../api/read-api.ts';
import type { Links } from './links.ts';
import { kindOf } from './locations.ts';
import { inlineCode } from './markdown.ts';
import { optionGroups } from './option-tables.ts';

/** What is known about the page of a function. */
export interface PageFacts {
  readonly symbol: ApiSymbol;
  /** Types of options whose tables are on the page, in their order. */
  readonly types: readonly ApiSymbol[];
  readonly api: Api;
  readonly links: Links;
}

/**
 * Describes a parameter whose docstring says nothing about it, from its type: options by their required fields and a link to their
 * table, and other named types by the first sentence of their docstring. Classes, such as `Tensor`, are left to their own pages.
 *
 * @returns Markdown; empty if the type does not say anything either
 */
export function derivedMeaning(type: string, page: PageFacts): string {
  // Types of functions would need words for each of their parts.
  if (type.includes('=>')) return '';
  const parts = type.replace(/\{[^{}]*\}/g, '').split(/\s*[|&]\s/);
  return [...new Set(parts.map((part) => meaningOfPart(part.trim(), page)))].filter(Boolean).join(' ');
}

/** Describes a part of a union or intersection. */
function meaningOfPart(part: string, { symbol, types, api, links }: PageFacts): string {
  const [, name] = /^(?:readonly )?([A-Z]\w*)(?:<.*>)?(?:\[\])?$/s.exec(part) ?? [];
  const id = name === undefined ? undefined : symbol.references.get(name);
  const found = id === undefined ? undefined : api.symbols.get(id);
  if (found === undefined) return '';
  const table = types.findIndex((one) => one.id === found.id);
  if (table >= 0) {
    const anchor = table === 0 ? 'options' : `options-${found.name.toLowerCase()}`;
    const required = optionGroups(found, api)
      .flatMap(({ members }) => members)
      .filter(({ kind, isOptional }) => kind === 'property' && !isOptional)
      .map((member) => inlineCode(member.name));
    const needs = required.length === 0 ? 'All are optional' : `Required: ${required.join(', ')}`;
    return `${needs}; see [${table === 0 ? 'Options' : `Options: ${found.name}`}](#${anchor}).`;
  }
  if (kindOf(found) !== 'interface' && kindOf(found) !== 'type') return '';
  const { description } = found.declarations[0].doc;
  const [sentence = ''] = /^.*?[.!](?=\s|$)/s.exec(description) ?? [];
  return sentence === '' ? '' : links.ofProse(sentence.replace(/\s+/g, ' '), found);
}
