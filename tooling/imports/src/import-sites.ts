import { type Node, parseSync } from 'oxc-parser';

/** One import, re-export, `import()` or `import('x').Type` of a source file. */
export interface ImportSite {
  readonly specifier: string;
  /** Line of the import; the first line is 1. */
  readonly line: number;
}

/**
 * Lists the imports of a TypeScript file in order. Imports with a computed name are omitted.
 *
 * @param file path of the file; its extension selects the language
 * @param source text of the file
 * @throws Error that names the file, if it has a syntax error
 */
export function importsOf(file: string, source: string): ImportSite[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  return nodesIn(program).flatMap((node) => {
    const site = siteOf(node);
    return site ? [{ ...site, line: source.slice(0, node.start).split('\n').length }] : [];
  });
}

function siteOf(node: Node): Omit<ImportSite, 'line'> | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'TSImportType':
      return { specifier: node.source.value };
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return node.source ? { specifier: node.source.value } : undefined;
    case 'ImportExpression':
      return node.source.type === 'Literal' && typeof node.source.value === 'string'
        ? { specifier: node.source.value }
        : undefined;
    default:
      return undefined;
  }
}

/** Returns every node of a syntax tree, parents first. */
function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(nodesIn);
  return isNode(value) ? [value, ...inside] : inside;
}

function isNode(value: object): value is Node {
  return 'type' in value && 'start' in value;
}
