/** Readers for the links and attributes of large groups, in one module that is imported only for files with such groups. */
export { readBTree2 } from './b-tree-2.ts';
export { openFractalHeap } from './fractal-heap.ts';
