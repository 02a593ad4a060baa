/** A part of the site besides the tutorial, in `pages/FOLDER/`. It appears in the navigation once its `index.md` exists. */
export interface PageList {
  readonly folder: string;
  readonly title: string;
  /** The sidebar. Without it, `sidebar.json` in the folder lists the sidebars, which generated pages need. */
  readonly items?: readonly { readonly text: string; readonly link: string }[];
}

export const pageLists: readonly PageList[] = [
  {
    folder: 'guides',
    title: 'Guides',
    items: [
      { text: 'Your first model', link: '/guides/first-model' },
      { text: 'If you know Keras', link: '/guides/keras' },
      { text: 'If you know PyTorch', link: '/guides/pytorch' },
      { text: 'If you know TensorFlow.js', link: '/guides/tensorflow-js' },
      { text: 'If you know NumPy', link: '/guides/numpy' },
      { text: 'Backends', link: '/guides/backends' },
      { text: 'Data', link: '/guides/data' },
      { text: 'Performance and profiling', link: '/guides/performance' },
      { text: 'Errors and what they mean', link: '/guides/errors' },
      { text: 'Custom layers, losses and loops', link: '/guides/custom' },
      { text: 'Saving and exchanging', link: '/guides/saving' },
      { text: 'Serving', link: '/guides/serving' },
      { text: 'Dashboard', link: '/guides/dashboard' },
      { text: 'New projects', link: '/guides/new-projects' },
      { text: 'Bundlers and runtimes', link: '/guides/bundlers' },
    ],
  },
  {
    folder: 'demos',
    title: 'Demos',
    items: [
      { text: 'Decision boundaries', link: '/demos/decision-boundaries' },
      { text: 'Draw a digit', link: '/demos/digits' },
      { text: 'Filters of a network', link: '/demos/filters' },
      { text: 'Teach your pictures', link: '/demos/pictures' },
      { text: 'Words on a plane', link: '/demos/embeddings' },
      { text: 'A small GPT', link: '/demos/gpt' },
      { text: 'Plan explorer', link: '/demos/plan' },
    ],
  },
  { folder: 'benchmarks', title: 'Benchmarks', items: [] },
  { folder: 'reference', title: 'Reference' },
];
