import { readFileSync } from 'node:fs';
import { type Node, parseSync } from 'oxc-parser';
import { linksOf, type ModuleLinks } from '../module-links.ts';

/** The functions and classes of one module, with its imports and exports. */
interface ModuleCode extends ModuleLinks {
  readonly path: string;
  readonly declared: ReadonlyMap<string, Node>;
}

/** What the code of a function does directly: the errors that it throws, and the functions that it calls. */
interface Effects {
  readonly throws: boolean;
  readonly calls: ReadonlySet<string>;
}

/** Finds out whether functions throw errors of manabi, from their code. */
export interface ThrowAnalysis {
  /**
   * Returns the calls from a function to a `throw`, by name; null if the function throws nothing. Only calls by name are
   * followed, not those of methods.
   *
   * @param path source file that declares the function
   */
  readonly wayToThrow: (path: string, name: string) => readonly string[] | null;
}

/**
 * Creates an analysis that parses each source file once.
 *
 * @param pathOf returns the path of the module that a file imports; null for packages of others
 */
export function throwAnalysis(pathOf: (from: string, specifier: string) => string | null): ThrowAnalysis {
  const modules = new Map<string, ModuleCode>();
  const read = (path: string): ModuleCode => {
    const module = modules.get(path) ?? readModule(path);
    modules.set(path, module);
    return module;
  };

  type Place = { readonly module: ModuleCode; readonly name: string };
  const local = (module: ModuleCode, name: string): Place | null => {
    if (module.declared.has(name)) return { module, name };
    const origin = module.imported.get(name);
    return origin?.name ? elsewhere(module, origin.from, origin.name) : null;
  };
  const elsewhere = (module: ModuleCode, specifier: string, name: string): Place | null => {
    const path = pathOf(module.path, specifier);
    return path === null ? null : exportOf(read(path), name);
  };
  const exportOf = (module: ModuleCode, name: string): Place | null => {
    const found = module.exported.get(name);
    if (typeof found === 'string') return local(module, found);
    if (found) return found.name === null ? null : elsewhere(module, found.from, found.name);
    for (const star of module.stars) {
      const place = elsewhere(module, star, name);
      if (place) return place;
    }
    return null;
  };

  const known = new Map<string, readonly string[] | null>();
  const visit = ({ module, name }: Place, visiting: ReadonlySet<string>): readonly string[] | null => {
    const id = `${module.path}#${name}`;
    const before = known.get(id);
    if (before !== undefined || visiting.has(id)) return before ?? null;
    const { throws, calls } = effectsOf(module.declared.get(name));
    let way: readonly string[] | null = throws ? [name] : null;
    for (const call of way ? [] : calls) {
      const place = local(module, call);
      const rest = place && visit(place, new Set([...visiting, id]));
      if (rest && (way === null || rest.length + 1 < way.length)) way = [name, ...rest];
    }
    known.set(id, way);
    return way;
  };
  return {
    wayToThrow: (path, name) => {
      const place = exportOf(read(path), name);
      return place && visit(place, new Set());
    },
  };
}

function readModule(path: string): ModuleCode {
  const { program } = parseSync(path, readFileSync(path, 'utf8'));
  const declared = new Map<string, Node>();
  const declare = (node: Node): readonly string[] => {
    if (node.type === 'VariableDeclaration') {
      return node.declarations.flatMap(({ id, init }) => {
        if (id.type !== 'Identifier') return [];
        if (init) declared.set(id.name, init);
        return [id.name];
      });
    }
    if (!('id' in node) || node.id?.type !== 'Identifier') return [];
    // Overloads have no body; the implementation follows them.
    if (!('body' in node) || node.body) declared.set(node.id.name, node);
    return [node.id.name];
  };
  return { path, declared, ...linksOf(program, declare) };
}

/** Functions that create an error of manabi: a call after `throw` counts as one, unless it creates another error. */
const isOwnError = (error: Node): boolean =>
  (error.type === 'NewExpression' &&
    error.callee.type === 'Identifier' &&
    /^(?:Manabi|File)Error$/.test(error.callee.name)) ||
  error.type === 'CallExpression';

function effectsOf(declaration: Node | undefined): Effects {
  const calls = new Set<string>();
  /** Functions that are constants of the function: they run if it calls them. */
  const inner = new Map<string, Node>();
  let throws = false;
  const walk = (value: unknown, isReturned: boolean): void => {
    if (Array.isArray(value)) for (const item of value) walk(item, false);
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    // Every object with a type in the tree is a node.
    const node = value as Node;
    // A function that is returned runs later, when its own documentation applies.
    if (isReturned && isFunction(node)) return;
    if (node.type === 'ThrowStatement' && isOwnError(node.argument)) throws = true;
    if ((node.type === 'CallExpression' || node.type === 'NewExpression') && node.callee.type === 'Identifier') {
      calls.add(node.callee.name);
    }
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init && isFunction(node.init)) {
      inner.set(node.id.name, node.init);
      return;
    }
    const later = node.type === 'ReturnStatement' || node.type === 'Property' || node.type === 'TryStatement';
    for (const [field, inner] of Object.entries(node)) {
      if (field === 'type' || /typeAnnotation|returnType|typeArguments|typeParameters/i.test(field)) continue;
      // Errors within `try` with a `catch` may not leave the function.
      if (node.type === 'TryStatement' && node.handler && field === 'block') continue;
      walk(inner, later);
    }
  };
  if (declaration?.type === 'ClassDeclaration') {
    const { superClass, body } = declaration;
    if (superClass?.type === 'Identifier') calls.add(superClass.name);
    for (const member of body.body) {
      const runs =
        member.type === 'PropertyDefinition' || (member.type === 'MethodDefinition' && member.kind === 'constructor');
      if (runs) walk(member.value, false);
    }
  } else if (declaration?.type === 'ArrowFunctionExpression') {
    walk(declaration.params, false);
    walk(declaration.body, declaration.expression);
  } else if (declaration) {
    walk(declaration, false);
  }
  for (let called = [...inner.keys()].find((name) => calls.has(name)); called !== undefined; ) {
    const code = inner.get(called);
    inner.delete(called);
    walk(code, false);
    called = [...inner.keys()].find((name) => calls.has(name));
  }
  return { throws, calls };
}

const isFunction = ({ type }: Node): boolean => type === 'ArrowFunctionExpression' || type === 'FunctionExpression';
