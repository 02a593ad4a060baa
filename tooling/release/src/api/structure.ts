import type { Node } from 'oxc-parser';

/** A parameter of a function. */
export interface Parameter {
  /** Name, or the pattern of a destructured parameter. */
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly isRest: boolean;
}

/** The types of a function, method or constructor. */
export interface Signature {
  /** Type parameters with their brackets: `<T extends Tensor>`; empty if there are none. */
  readonly typeParameters: string;
  readonly parameters: readonly Parameter[];
  /** Type of the result; empty for a constructor. */
  readonly returns: string;
}

/** A member of a class or interface. */
export interface Member {
  readonly name: string;
  readonly kind: 'property' | 'method' | 'accessor' | 'constructor' | 'call' | 'index';
  /** The declaration of the member, without comments. */
  readonly text: string;
  /** Type of a property, or of what an accessor returns. */
  readonly type: string;
  readonly signature: Signature | null;
  readonly isOptional: boolean;
  readonly isStatic: boolean;
  readonly isProtected: boolean;
  /** Text of its docstring; null if it has none. */
  readonly doc: string | null;
}

/** A type that a class or interface extends. */
export interface Base {
  readonly name: string;
  readonly text: string;
}

/** What a declaration consists of. */
export type Structure =
  | { readonly kind: 'function'; readonly signature: Signature }
  | { readonly kind: 'class' | 'interface'; readonly bases: readonly Base[]; readonly members: readonly Member[] }
  /** A type alias: `members` and `bases` are those of the object types and names that it consists of. */
  | {
      readonly kind: 'type';
      readonly type: string;
      readonly bases: readonly Base[];
      readonly members: readonly Member[];
    }
  /** A constant; with a signature if its type is that of a function. */
  | { readonly kind: 'constant'; readonly type: string; readonly signature: Signature | null };

/** Access to the text of a declaration file. */
export interface SourceText {
  /** Returns the text of a node, or of a part of it, without comments. */
  readonly textOf: (range: { readonly start: number; readonly end: number }) => string;
  /** Returns the docstring that ends before a node; null if the node has no docstring. */
  readonly docOf: (node: Node) => string | null;
}

/** Returns the structure of a declaration; null for statements that declare nothing that reports describe. */
export function structureOf(node: Node, source: SourceText): Structure | null {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return { kind: 'function', signature: signatureOf(node, source) };
    case 'ClassDeclaration':
      return {
        kind: 'class',
        bases:
          node.superClass?.type === 'Identifier'
            ? [{ name: node.superClass.name, text: heritageText(node.superClass, node.superTypeArguments, source) }]
            : [],
        members: membersOf(node.body.body, source),
      };
    case 'TSInterfaceDeclaration':
      return {
        kind: 'interface',
        bases: node.extends.flatMap(({ expression, typeArguments }) =>
          expression.type === 'Identifier'
            ? [{ name: expression.name, text: heritageText(expression, typeArguments, source) }]
            : [],
        ),
        members: membersOf(node.body.body, source),
      };
    case 'TSTypeAliasDeclaration':
      return {
        kind: 'type',
        type: typeText(node.typeAnnotation, source),
        ...partsOf(node.typeAnnotation, source),
      };
    case 'VariableDeclaration': {
      const annotation = node.declarations[0]?.id.typeAnnotation?.typeAnnotation;
      return {
        kind: 'constant',
        type: annotation ? typeText(annotation, source) : '',
        signature: annotation?.type === 'TSFunctionType' ? signatureOf(annotation, source) : null,
      };
    }
    default:
      return null;
  }
}

function partsOf(type: Node, source: SourceText): { bases: readonly Base[]; members: readonly Member[] } {
  if (type.type === 'TSTypeLiteral') return { bases: [], members: membersOf(type.members, source) };
  if (type.type === 'TSTypeReference' && type.typeName.type === 'Identifier') {
    return { bases: [{ name: type.typeName.name, text: typeText(type, source) }], members: [] };
  }
  if (type.type !== 'TSIntersectionType') return { bases: [], members: [] };
  const parts = type.types.map((part) => partsOf(part, source));
  return { bases: parts.flatMap(({ bases }) => bases), members: parts.flatMap(({ members }) => members) };
}

function membersOf(nodes: readonly Node[], source: SourceText): readonly Member[] {
  return nodes.flatMap((node): Member[] => {
    const common = {
      text: source.textOf(node).replace(/;$/, ''),
      doc: source.docOf(node),
      type: '',
      signature: null,
      isOptional: 'optional' in node && node.optional === true,
      isStatic: 'static' in node && node.static === true,
      isProtected: 'accessibility' in node && node.accessibility === 'protected',
    };
    if ('accessibility' in node && node.accessibility === 'private') return [];
    switch (node.type) {
      case 'PropertyDefinition':
      case 'TSAbstractPropertyDefinition':
      case 'TSPropertySignature': {
        const type = node.typeAnnotation?.typeAnnotation;
        if (node.key.type === 'PrivateIdentifier') return [];
        return [{ ...common, kind: 'property', name: keyText(node, source), type: type ? typeText(type, source) : '' }];
      }
      case 'MethodDefinition':
      case 'TSAbstractMethodDefinition': {
        if (node.key.type === 'PrivateIdentifier') return [];
        const signature = signatureOf(node.value, source);
        const kind = node.kind === 'get' || node.kind === 'set' ? 'accessor' : node.kind;
        const type = kind === 'accessor' ? signature.returns || (signature.parameters[0]?.type ?? '') : '';
        return [
          { ...common, kind, name: keyText(node, source), signature: kind === 'accessor' ? null : signature, type },
        ];
      }
      case 'TSMethodSignature': {
        const signature = signatureOf(node, source);
        const kind = node.kind === 'method' ? 'method' : 'accessor';
        return [{ ...common, kind, name: keyText(node, source), signature, type: signature.returns }];
      }
      case 'TSCallSignatureDeclaration':
      case 'TSConstructSignatureDeclaration': {
        const name = node.type === 'TSCallSignatureDeclaration' ? '()' : 'new';
        return [{ ...common, kind: 'call', name, signature: signatureOf(node, source) }];
      }
      case 'TSIndexSignature':
        return [
          {
            ...common,
            kind: 'index',
            name: common.text
              .replace(/^readonly /, '')
              .split(']')[0]
              .concat(']'),
            type: typeText(node.typeAnnotation.typeAnnotation, source),
          },
        ];
      default:
        return [];
    }
  });
}

/** A node with the types of a function. */
interface FunctionLike {
  readonly typeParameters?: Node | null;
  readonly params: readonly Node[];
  readonly returnType?: { readonly typeAnnotation: Node } | null;
}

function signatureOf(node: FunctionLike, source: SourceText): Signature {
  return {
    typeParameters: node.typeParameters ? typeText(node.typeParameters, source) : '',
    parameters: node.params.map((parameter) => parameterOf(parameter, source)),
    returns: node.returnType ? typeText(node.returnType.typeAnnotation, source) : '',
  };
}

function parameterOf(node: Node, source: SourceText): Parameter {
  const pattern = node.type === 'TSParameterProperty' ? node.parameter : node;
  const target = pattern.type === 'RestElement' ? pattern.argument : pattern;
  const annotation = 'typeAnnotation' in pattern ? pattern.typeAnnotation : null;
  const type = annotation?.type === 'TSTypeAnnotation' ? typeText(annotation.typeAnnotation, source) : '';
  const end = annotation?.start ?? target.end;
  const name =
    target.type === 'Identifier'
      ? target.name
      : oneLine(source.textOf({ start: target.start, end: Math.min(end, target.end) }));
  return {
    name: name.replace(/\?$/, ''),
    type,
    isOptional: 'optional' in pattern && pattern.optional === true,
    isRest: pattern.type === 'RestElement',
  };
}

const keyText = (node: { readonly key: Node; readonly computed: boolean }, source: SourceText): string =>
  node.computed ? `[${oneLine(source.textOf(node.key))}]` : oneLine(source.textOf(node.key));

const heritageText = (name: Node, typeArguments: Node | null | undefined, source: SourceText): string =>
  oneLine(source.textOf(name)) + (typeArguments ? typeText(typeArguments, source) : '');

/** Returns the text of a type on one line, with names in place of `import('…').Name`. */
const typeText = (node: Node, source: SourceText): string => plainType(oneLine(source.textOf(node)));

/** Replaces the types `import('…').Name`, which TypeScript emits for names that a file does not import, by their names. */
export const plainType = (text: string): string => text.replace(/\bimport\((["'])[^"']*\1\)\./g, '');

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();
