/** A part of the site besides the tutorial, in `pages/FOLDER/`. It appears in the navigation once its `index.md` exists. */
export interface PageList {
  readonly folder: string;
  readonly title: string;
  /** The sidebar. Without it, `sidebar.json` in the folder lists the sidebars, which generated pages need. */
  readonly items?: readonly { readonly text: string; readonly link: string }[];
}

export const pageLists: readonly PageList[] = [
  { folder: 'guides', title: 'Guides', items: [] },
  { folder: 'demos', title: 'Demos', items: [] },
  { folder: 'reference', title: 'Reference' },
];
