/** The position of a specifier with its quotes, or of `import.meta`. */
export interface ImportSite {
  readonly start: number;
  readonly end: number;
  /** The imported module; null for `import.meta`. */
  readonly specifier: string | null;
}

/** A node of a syntax tree in the format of ESTree, with positions. */
interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly source?: unknown;
}

/** Returns all imports of a module with a literal specifier, and all `import.meta`, in their order in the text. */
export function importsOf(program: SyntaxNode): readonly ImportSite[] {
  const sites: ImportSite[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const element of value) visit(element);
    } else if (isNode(value)) {
      if (value.type === 'MetaProperty') {
        // The other one is new.target, in functions only.
        if ('meta' in value && isNode(value.meta) && 'name' in value.meta && value.meta.name === 'import') {
          sites.push({ start: value.start, end: value.end, specifier: null });
        }
        return;
      }
      if (/^(Import(Declaration|Expression)|Export(Named|All)Declaration)$/.test(value.type)) addSource(value.source);
      for (const child of Object.values(value)) visit(child);
    }
  };
  const addSource = (source: unknown): void => {
    // The specifier of a dynamic import may be computed.
    if (!isNode(source) || !('value' in source) || typeof source.value !== 'string') return;
    sites.push({ start: source.start, end: source.end, specifier: source.value });
  };
  visit(program);
  return sites.sort((a, b) => a.start - b.start);
}

/** Whether a value is a node of a syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
