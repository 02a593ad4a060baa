import { type DocExample, type Docstring, parseDocstring } from '../api/docstring.ts';
import type { Api, ApiSymbol } from '../api/read-api.ts';
import type { Member, Parameter, Signature } from '../api/structure.ts';
import { derivedMeaning, type PageFacts } from './derived-meaning.ts';
import type { Links } from './links.ts';
import type { Location } from './locations.ts';
import { codeBlock, details, inlineCode, table } from './markdown.ts';
import { defaultText, type OptionGroup, optionGroups, splitDefault } from './option-tables.ts';

/** A function or method to describe: its overloads, each with its docstring. */
export interface Overload {
  readonly signature: Signature;
  readonly doc: Docstring;
}

/** Describes the parameters of a function as a table; an empty list for functions without parameters. */
export function parametersTable(overloads: readonly Overload[], page: PageFacts): readonly string[] {
  const { symbol, links } = page;
  const parameters = new Map<string, { parameter: Parameter; isAlways: boolean; types: Set<string> }>();
  for (const { signature } of overloads) {
    for (const parameter of signature.parameters) {
      const known = parameters.get(parameter.name);
      if (known) known.types.add(parameter.type);
      else {
        const isAlways = overloads.every((other) =>
          other.signature.parameters.some(({ name, isOptional }) => name === parameter.name && !isOptional),
        );
        parameters.set(parameter.name, { parameter, isAlways, types: new Set([parameter.type]) });
      }
    }
  }
  if (parameters.size === 0) return [];
  const rows = [...parameters.values()].map(({ parameter, isAlways, types }) => {
    const text = overloads.map(({ doc }) => doc.params[parameter.name]).find((each) => each !== undefined) ?? '';
    const parts = splitDefault(text);
    const meaning = links.ofProse(capitalized(parts.meaning), symbol);
    const fallback =
      parts.default === null ? '' : ` Default: ${links.ofProse(defaultText(parts.default, inlineCode), symbol)}.`;
    const derived = [...new Set([...types].map((type) => derivedMeaning(type, page)))].filter(Boolean).join(' ');
    return [
      inlineCode(`${parameter.isRest ? '...' : ''}${parameter.name}${isAlways || parameter.isRest ? '' : '?'}`),
      [...types].map((type) => links.ofType(type, symbol)).join(' or '),
      text === '' ? derived : `${meaning}${fallback}`,
    ];
  });
  return [table(['Parameter', 'Type', 'Meaning'], rows)];
}

const capitalized = (text: string): string => text.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());

/** Describes the options of a function or constructor: a table for each type of options. */
export function optionSections(
  types: readonly ApiSymbol[],
  heading: string,
  { api, locations, links }: { api: Api; locations: ReadonlyMap<string, Location>; links: Links },
): readonly string[] {
  return types.flatMap((type, index) => {
    const [first, ...others] = partition(optionGroups(type, api), locations);
    if (first === undefined) return [];
    const title = types.length > 1 ? `Options: ${type.name}` : 'Options';
    const anchor = index === 0 ? 'options' : `options-${type.name.toLowerCase()}`;
    const { description } = type.declarations[0].doc;
    return [
      `${heading} ${title} {#${anchor}}`,
      `${inlineCode(type.name)}${description === '' ? '' : `: ${links.ofProse(description, type)}`}`,
      optionsTable(first, links),
      ...others.map((group) => details(`Options from ${group[0].symbol.name}`, optionsTable(group, links))),
    ];
  });
}

/** Puts the options of types that the reference describes elsewhere into tables of their own, after the others. */
function partition(
  groups: readonly OptionGroup[],
  locations: ReadonlyMap<string, Location>,
): readonly (readonly OptionGroup[])[] {
  const isShared = (group: OptionGroup, index: number) =>
    index > 0 && locations.get(group.symbol.id)?.anchor !== 'options' && locations.has(group.symbol.id);
  const own = groups.filter((group, index) => !isShared(group, index));
  const shared = groups.filter(isShared).map((group) => [group]);
  return own.length === 0 ? shared : [own, ...shared];
}

function optionsTable(groups: readonly OptionGroup[], links: Links): string {
  const rows = groups.flatMap(({ symbol, members }) =>
    members.map((member) => {
      const { description } = parseDocstring(member.doc ?? '');
      const parts = splitDefault(description);
      const isRequired = !member.isOptional && member.kind === 'property';
      return [
        inlineCode(member.name),
        links.ofType(member.kind === 'method' ? methodType(member) : member.type, symbol),
        isRequired
          ? 'required'
          : parts.default === null
            ? ''
            : links.ofProse(defaultText(parts.default, inlineCode), symbol),
        links.ofProse(parts.meaning, symbol),
      ];
    }),
  );
  return table(['Option', 'Type', 'Default', 'Meaning'], rows);
}

function methodType({ signature, type }: Member): string {
  if (!signature) return type;
  const parameters = signature.parameters.map(
    ({ name, type: each, isOptional, isRest }) => `${isRest ? '...' : ''}${name}${isOptional ? '?' : ''}: ${each}`,
  );
  return `${signature.typeParameters}(${parameters.join(', ')}) => ${signature.returns}`;
}

/** Describes what a function returns. */
export function returnsText(overloads: readonly Overload[], symbol: ApiSymbol, links: Links): string | null {
  const types = [...new Set(overloads.map(({ signature }) => signature.returns))].filter((type) => type !== '');
  if (types.length === 0 || types.every((type) => type === 'void')) return null;
  const texts = [...new Set(overloads.flatMap(({ doc }) => doc.returns ?? []))];
  const type = types.map((each) => links.ofType(each, symbol)).join(' or ');
  return texts.length === 0 ? type : `${type}: ${texts.map((text) => links.ofProse(text, symbol)).join(' ')}`;
}

/** Lists the errors of a function: the texts of `@throws`, with a list item for each code. */
export function errorsList(doc: readonly Docstring[], symbol: ApiSymbol, links: Links): string | null {
  const texts = [...new Set(doc.flatMap(({ throws }) => throws))];
  if (texts.length === 0) return null;
  return texts
    .map((text) => `- ${links.ofProse(text.replace(/^\w*Error\b/, '`$&`'), symbol).replace(/\s*\n\s*/g, ' ')}`)
    .join('\n');
}

/** Writes the examples of docstrings as blocks of code. */
export const exampleBlocks = (docs: readonly Docstring[], title: string, exampleOf: WriteExample): readonly string[] =>
  docs.flatMap(({ examples }) => examples.map((example) => exampleOf(example, title)));

/** Writes an example of the symbol with a title (`layers.dense`) as Markdown. */
export type WriteExample = (example: DocExample, title: string) => string;

/** Writes an example as a plain block of code. */
export const plainExample: WriteExample = ({ code }) => codeBlock(code);
