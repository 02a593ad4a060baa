import { type Kind, kind } from '@manabi/errors';

/** An element of a page, such as an `HTMLElement`. Programs for Node need not know the types of pages. */
export interface PageElement {
  readonly nodeType: number;
  append(...nodes: readonly never[]): void;
}

/** Validates an element of a page. */
export const pageElementKind: Kind<PageElement> = kind(
  'an element of the page',
  (given): given is PageElement =>
    typeof given === 'object' &&
    given !== null &&
    'nodeType' in given &&
    given.nodeType === 1 &&
    'append' in given &&
    typeof given.append === 'function',
);
