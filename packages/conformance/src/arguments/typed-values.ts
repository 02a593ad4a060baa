import type { RandomSource } from '@manabi/testing';
import type { TSSignature, TSType } from 'oxc-parser';
import type { Api, TypeDeclaration } from './api-report.ts';

/** The type that each type parameter, such as `T`, stands for. */
type Scope = ReadonlyMap<string, { readonly type: TSType; readonly scope: Scope }>;

/** A type, with the types that its type parameters stand for. */
export interface Typed {
  readonly type: TSType;
  readonly scope: Scope;
}

/** A field of an object type. */
export interface Field {
  readonly name: string;
  readonly isOptional: boolean;
  readonly typed: Typed | null;
}

/** Function that creates a value of a type which the API reports do not describe completely, such as a tensor. */
export type Maker = (random: RandomSource) => unknown;

/**
 * Function that returns whether a value has a type which the API reports do not describe completely; undefined if it
 * cannot decide.
 */
export type Recognizer = (value: unknown) => boolean | undefined;

/** Handwritten functions that create and recognize values of types, by type name. */
export interface KnownTypes {
  readonly makers: Readonly<Record<string, Maker>>;
  readonly recognizers: Readonly<Record<string, Recognizer>>;
}

/** Largest nesting depth of created values; deeper parts are undefined. */
const DEEPEST = 8;

/** Creates values of the types in API reports, and checks whether values have these types. */
export class TypedValues {
  readonly #api: Api;
  readonly #known: KnownTypes;

  constructor(api: Api, known: KnownTypes) {
    this.#api = api;
    this.#known = known;
  }

  /** Creates a value of a type, with a random choice of optional properties. */
  make(typed: Typed, random: RandomSource, depth = 0): unknown {
    const { type, scope } = typed;
    if (depth > DEEPEST) return undefined;
    const inner = (part: TSType): unknown => this.make({ type: part, scope }, random, depth + 1);
    switch (type.type) {
      case 'TSNumberKeyword':
        return [1, 2, 0.5][random.integer(0, 3)];
      case 'TSStringKeyword':
        return 'name';
      case 'TSBooleanKeyword':
        return random.next() < 0.5;
      case 'TSNullKeyword':
        return null;
      case 'TSLiteralType':
        return 'value' in type.literal ? type.literal.value : 1;
      case 'TSUnionType':
        return inner(type.types[random.integer(0, type.types.length)]);
      case 'TSIntersectionType':
        return Object.assign({}, ...type.types.map(inner));
      case 'TSArrayType':
        return [inner(type.elementType), inner(type.elementType)];
      case 'TSTupleType':
        return type.elementTypes.map((element) => inner(elementOf(element)));
      case 'TSTypeOperator':
        return inner(type.typeAnnotation);
      case 'TSParenthesizedType':
        return inner(type.typeAnnotation);
      case 'TSFunctionType':
        return (...given: readonly unknown[]) => given[0];
      case 'TSTypeLiteral':
        return this.#makeObject(this.#fieldsOf(type.members, scope), random, depth);
      case 'TSTypeReference':
        return this.#makeReference(typed, random, depth);
      default:
        return undefined;
    }
  }

  /** Whether a value has a type; undefined if the type is not known well enough to decide. */
  conforms(typed: Typed, value: unknown, depth = 0): boolean | undefined {
    const { type, scope } = typed;
    if (depth > DEEPEST) return undefined;
    const inner = (part: TSType): boolean | undefined => this.conforms({ type: part, scope }, value, depth + 1);
    switch (type.type) {
      case 'TSNumberKeyword':
        return typeof value === 'number';
      case 'TSStringKeyword':
        return typeof value === 'string';
      case 'TSBooleanKeyword':
        return typeof value === 'boolean';
      case 'TSNullKeyword':
        return value === null;
      case 'TSUndefinedKeyword':
      case 'TSVoidKeyword':
        return value === undefined;
      case 'TSLiteralType':
        return 'value' in type.literal ? value === type.literal.value : undefined;
      case 'TSUnionType':
        return some(type.types.map(inner));
      case 'TSArrayType':
        if (!Array.isArray(value)) return false;
        return every(
          value.slice(0, 4).map((item) => this.conforms({ type: type.elementType, scope }, item, depth + 1)),
        );
      case 'TSTupleType':
        return Array.isArray(value) ? undefined : false;
      case 'TSTypeOperator':
      case 'TSParenthesizedType':
        return inner(type.typeAnnotation);
      case 'TSFunctionType':
        return typeof value === 'function';
      case 'TSTypeLiteral':
        return this.#conformsToObject(this.#fieldsOf(type.members, scope), value, depth);
      case 'TSTypeReference':
        return this.#conformsToReference(typed, value, depth);
      default:
        return undefined;
    }
  }

  /** Returns the fields of an object type, given directly or by name; null for other types. */
  fields({ type, scope }: Typed): readonly Field[] | null {
    if (type.type === 'TSTypeLiteral') return this.#fieldsOf(type.members, scope);
    if (type.type === 'TSParenthesizedType') return this.fields({ type: type.typeAnnotation, scope });
    if (type.type === 'TSIntersectionType') {
      const parts = type.types.map((part) => this.fields({ type: part, scope }));
      return parts.every((part) => part !== null) ? parts.flat() : null;
    }
    if (type.type !== 'TSTypeReference') return null;
    const resolved = this.#resolve({ type, scope });
    if (resolved === null || this.#isKnown(type)) return null;
    return resolved.kind === 'fields' ? resolved.fields : this.fields(resolved.typed);
  }

  #makeReference(typed: Typed, random: RandomSource, depth: number): unknown {
    const name = referenceName(typed.type);
    const maker = Object.hasOwn(this.#known.makers, name) ? this.#known.makers[name] : undefined;
    if (maker !== undefined) return maker(random);
    const resolved = this.#resolve(typed);
    if (resolved === null) return undefined;
    if (resolved.kind === 'typed') return this.make(resolved.typed, random, depth + 1);
    return this.#makeObject(resolved.fields, random, depth);
  }

  #makeObject(fields: readonly Field[], random: RandomSource, depth: number): Record<string, unknown> {
    const entries = fields.flatMap(({ name, isOptional, typed }) =>
      typed === null || (isOptional && random.next() < 0.7)
        ? []
        : [[name, this.make(typed, random, depth + 1)] as const],
    );
    return Object.fromEntries(entries);
  }

  #conformsToReference(typed: Typed, value: unknown, depth: number): boolean | undefined {
    const name = referenceName(typed.type);
    const recognizer = Object.hasOwn(this.#known.recognizers, name) ? this.#known.recognizers[name] : undefined;
    if (recognizer !== undefined) return recognizer(value);
    const resolved = this.#resolve(typed);
    if (resolved === null) return undefined;
    if (resolved.kind === 'typed') return this.conforms(resolved.typed, value, depth + 1);
    return this.#conformsToObject(resolved.fields, value, depth);
  }

  #conformsToObject(fields: readonly Field[], value: unknown, depth: number): boolean | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== null && prototype !== Object.prototype) return undefined;
    const entries: Readonly<Record<string, unknown>> = { ...value };
    return every(
      fields.map(({ name, isOptional, typed }) => {
        if (entries[name] === undefined) return isOptional;
        return typed === null ? undefined : this.conforms(typed, entries[name], depth + 1);
      }),
    );
  }

  #isKnown(type: TSType): boolean {
    return Object.hasOwn(this.#known.makers, referenceName(type));
  }

  /** Returns the type that a name stands for. */
  #resolve({
    type,
    scope,
  }: Typed):
    | { readonly kind: 'typed'; readonly typed: Typed }
    | { readonly kind: 'fields'; readonly fields: readonly Field[] }
    | null {
    if (type.type !== 'TSTypeReference') return null;
    const name = referenceName(type);
    const given = type.typeArguments?.params ?? [];
    const bound = scope.get(name);
    if (bound !== undefined) return { kind: 'typed', typed: bound };
    if (['Readonly', 'NonNullable', 'NoInfer', 'Required'].includes(name) && given.length === 1) {
      return { kind: 'typed', typed: { type: given[0], scope } };
    }
    if (name === 'Omit' && given.length === 2) {
      const fields = this.fields({ type: given[0], scope });
      const left = literalsOf(given[1]);
      return fields === null ? null : { kind: 'fields', fields: fields.filter((field) => !left.includes(field.name)) };
    }
    const declaration = this.#api.types.get(name);
    return declaration === undefined ? null : this.#resolveDeclaration(declaration, given, scope);
  }

  #resolveDeclaration({ parameters, body }: TypeDeclaration, given: readonly TSType[], scope: Scope) {
    const inside: Scope = new Map(
      parameters.flatMap((name, i) => (given[i] ? [[name, { type: given[i], scope }]] : [])),
    );
    if (body.kind === 'alias') return { kind: 'typed', typed: { type: body.type, scope: inside } } as const;
    const own = this.#fieldsOf(body.members, inside);
    const inherited = body.parents.flatMap((parent) => {
      const declaration = this.#api.types.get(parent.name);
      if (declaration === undefined) return [];
      const resolved = this.#resolveDeclaration(declaration, parent.given, inside);
      return resolved.kind === 'fields' ? resolved.fields : (this.fields(resolved.typed) ?? []);
    });
    const fields: readonly Field[] = [...inherited.filter(({ name }) => !own.some((one) => one.name === name)), ...own];
    return { kind: 'fields', fields } as const;
  }

  #fieldsOf(members: readonly TSSignature[], scope: Scope): readonly Field[] {
    return members.flatMap((member): Field[] => {
      if (member.type === 'TSMethodSignature' && member.key.type === 'Identifier') {
        return [{ name: member.key.name, isOptional: member.optional, typed: null }];
      }
      if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') return [];
      const type = member.typeAnnotation?.typeAnnotation;
      return [{ name: member.key.name, isOptional: member.optional, typed: type ? { type, scope } : null }];
    });
  }
}

function referenceName(type: TSType): string {
  return type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName.name : '';
}

/** Returns the type of a tuple element, which may be named or optional. */
function elementOf(element: Extract<TSType, { type: 'TSTupleType' }>['elementTypes'][number]): TSType {
  if (element.type === 'TSNamedTupleMember') return elementOf(element.elementType);
  if (element.type === 'TSOptionalType' || element.type === 'TSRestType') return elementOf(element.typeAnnotation);
  return element;
}

function literalsOf(type: TSType): readonly unknown[] {
  if (type.type === 'TSUnionType') return type.types.flatMap(literalsOf);
  return type.type === 'TSLiteralType' && 'value' in type.literal ? [type.literal.value] : [];
}

function some(found: readonly (boolean | undefined)[]): boolean | undefined {
  return found.includes(true) ? true : found.includes(undefined) ? undefined : false;
}

function every(found: readonly (boolean | undefined)[]): boolean | undefined {
  return found.includes(false) ? false : found.includes(undefined) ? undefined : true;
}
