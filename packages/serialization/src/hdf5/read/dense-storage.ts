/** Where large groups keep their links and attributes, in one file: it is imported for files that have some. */
export { readBTree2 } from './b-tree-2.ts';
export { openFractalHeap } from './fractal-heap.ts';
