import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Directive,
  type FormalParameterRest,
  type ParamPattern,
  parseSync,
  type Statement,
  type TSParameterProperty,
  type TSSignature,
  type TSType,
} from 'oxc-parser';

/** A parameter of an exported function. */
export interface Parameter {
  readonly name: string;
  /** Type of the parameter; null if the API report has none. */
  readonly type: TSType | null;
  readonly isOptional: boolean;
}

/** An exported function, with the parameters of each overload. */
export interface ApiFunction {
  /** Package or package entry that exports the function, such as `@manabi/core`. */
  readonly module: string;
  /** Namespaces and name of the function in the module, such as `['random', 'normal']`. */
  readonly path: readonly string[];
  /** Class to which a method belongs; null for functions and constructors. */
  readonly receiver: string | null;
  /** Whether this is the constructor of a class, called with `new`. */
  readonly isConstructor: boolean;
  readonly overloads: readonly (readonly Parameter[])[];
}

/** An interface that another one extends, with its type arguments. */
interface Parent {
  readonly name: string;
  readonly given: readonly TSType[];
}

/** A type declared in an API report. */
export interface TypeDeclaration {
  readonly parameters: readonly string[];
  readonly body:
    | { readonly kind: 'alias'; readonly type: TSType }
    | { readonly kind: 'interface'; readonly members: readonly TSSignature[]; readonly parents: readonly Parent[] };
}

/** A class, exported or not, with its methods except inherited ones. */
interface ApiClass {
  readonly parent: string | null;
  readonly methods: ReadonlyMap<string, ApiFunction>;
}

/** The contents of the API reports of all published packages. */
export interface Api {
  /** Exported functions, and the constructors and methods of exported classes, including inherited methods. */
  readonly functions: readonly ApiFunction[];
  readonly types: ReadonlyMap<string, TypeDeclaration>;
}

const packages = new URL('../../../', import.meta.url);

/** Reads the API reports of all packages. */
export function readApi(): Api {
  const functions = new Map<string, ApiFunction>();
  const types = new Map<string, TypeDeclaration>();
  const methods: ApiFunction[] = [];
  for (const name of readdirSync(packages).sort()) {
    const report = readReport(name);
    for (const [, module, code] of report.matchAll(/^## (\S+)\n+```ts\n([\s\S]*?)^```/gm)) {
      const [exported] = code.split('\n// Not exported, and named above:');
      const classes = new Map<string, ApiClass>();
      readSection(module, exported, functions, types, classes);
      const names = [...classes.keys()];
      // Exported functions use types that are not exported, and exported classes extend such classes.
      readSection(module, code.slice(exported.length), new Map(), types, classes);
      for (const name of names) methods.push(...methodsOf(name, classes));
    }
  }
  return { functions: [...functions.values(), ...methods], types };
}

/** Returns the methods of a class and of the classes it extends. */
function methodsOf(receiver: string, classes: ReadonlyMap<string, ApiClass>): readonly ApiFunction[] {
  const found = new Map<string, ApiFunction>();
  for (let name: string | null = receiver; name !== null; name = classes.get(name)?.parent ?? null) {
    for (const [method, one] of classes.get(name)?.methods ?? []) {
      if (!found.has(method))
        found.set(method, { ...one, path: [...one.path.slice(0, -2), receiver, method], receiver });
    }
  }
  return [...found.values()];
}

function readReport(name: string): string {
  try {
    return readFileSync(fileURLToPath(new URL(`${name}/api.md`, packages)), 'utf8');
  } catch {
    // Unpublished packages have no API report.
    return '';
  }
}

function readSection(
  module: string,
  code: string,
  functions: Map<string, ApiFunction>,
  types: Map<string, TypeDeclaration>,
  classes: Map<string, ApiClass>,
): void {
  // Namespaces in a report contain invalid syntax, such as exports with new names. The parser reports it and continues.
  const { program } = parseSync('report.d.ts', code);
  readStatements(module, [], program.body);

  function readStatements(from: string, namespaces: readonly string[], body: readonly (Statement | Directive)[]): void {
    for (const statement of body) readStatement(from, namespaces, statement);
  }

  function readStatement(from: string, namespaces: readonly string[], statement: Statement | Directive): void {
    switch (statement.type) {
      case 'ExportNamedDeclaration':
        if (statement.declaration) readStatement(from, namespaces, statement.declaration);
        break;
      case 'TSModuleDeclaration':
        if (statement.body?.type === 'TSModuleBlock' && statement.id.type === 'Identifier') {
          readStatements(from, [...namespaces, statement.id.name], statement.body.body);
        }
        break;
      case 'TSDeclareFunction':
      case 'FunctionDeclaration': {
        if (!statement.id) break;
        const path = [...namespaces, statement.id.name];
        const one = { module: from, path, receiver: null, isConstructor: false };
        addOverload(functions, `${from} ${path.join('.')}`, one, statement.params);
        break;
      }
      case 'ClassDeclaration': {
        const receiver = statement.id?.name;
        if (receiver === undefined) break;
        const methods = new Map<string, ApiFunction>();
        for (const member of statement.body.body) {
          if (member.type !== 'MethodDefinition' && member.type !== 'TSAbstractMethodDefinition') continue;
          if (member.accessibility === 'private' || member.accessibility === 'protected') continue;
          const { params } = member.value;
          if (member.kind === 'constructor' && !statement.abstract) {
            const path = [...namespaces, receiver];
            const one = { module: from, path, receiver: null, isConstructor: true };
            addOverload(functions, `${from} ${path.join('.')}`, one, params);
          }
          if (member.kind !== 'method' || member.static || member.computed || member.key.type !== 'Identifier')
            continue;
          // Optional methods exist only in subclasses.
          if (member.optional === true) continue;
          const { name } = member.key;
          const one = { module: from, path: [...namespaces, receiver, name], receiver, isConstructor: false };
          addOverload(methods, name, one, params);
        }
        const parent = statement.superClass?.type === 'Identifier' ? statement.superClass.name : null;
        classes.set(receiver, { parent, methods });
        break;
      }
      case 'TSInterfaceDeclaration':
        types.set(statement.id.name, {
          parameters: statement.typeParameters?.params.map(({ name }) => name.name) ?? [],
          body: {
            kind: 'interface',
            members: statement.body.body,
            parents: statement.extends.flatMap(({ expression, typeArguments }) =>
              expression.type === 'Identifier' ? [{ name: expression.name, given: typeArguments?.params ?? [] }] : [],
            ),
          },
        });
        break;
      case 'TSTypeAliasDeclaration':
        types.set(statement.id.name, {
          parameters: statement.typeParameters?.params.map(({ name }) => name.name) ?? [],
          body: { kind: 'alias', type: statement.typeAnnotation },
        });
        break;
    }
  }
}

function addOverload(
  functions: Map<string, ApiFunction>,
  key: string,
  one: Omit<ApiFunction, 'overloads'>,
  params: readonly (ParamPattern | TSParameterProperty | FormalParameterRest)[],
): void {
  functions.set(key, { ...one, overloads: [...(functions.get(key)?.overloads ?? []), params.map(parameterOf)] });
}

/** Returns the element type of an array type; null for other types. */
function elementOf(type: TSType | null): TSType | null {
  if (type?.type === 'TSTypeOperator') return elementOf(type.typeAnnotation);
  return type?.type === 'TSArrayType' ? type.elementType : null;
}

function parameterOf(parameter: ParamPattern | TSParameterProperty | FormalParameterRest): Parameter {
  if (parameter.type === 'RestElement') {
    const { argument, typeAnnotation } = parameter;
    return {
      name: argument.type === 'Identifier' ? argument.name : 'rest',
      // For a rest parameter, one argument is passed.
      type: elementOf(typeAnnotation?.typeAnnotation ?? null),
      isOptional: true,
    };
  }
  if (parameter.type === 'Identifier') {
    return {
      name: parameter.name,
      type: parameter.typeAnnotation?.typeAnnotation ?? null,
      isOptional: parameter.optional ?? false,
    };
  }
  // A parameter that is destructured in the signature is an options object.
  const annotation = 'typeAnnotation' in parameter ? parameter.typeAnnotation : null;
  return {
    name: 'options',
    type: annotation?.typeAnnotation ?? null,
    isOptional: 'optional' in parameter && !!parameter.optional,
  };
}
