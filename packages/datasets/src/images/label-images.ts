import { ManabiError } from '@manabi/errors';
import { classFolders, filesIn, type ImageTree, type TreeFile } from './image-tree.ts';

/** Images with the index of their class, which is -1 for images without labels. */
export interface LabelledFiles {
  readonly files: readonly TreeFile[];
  readonly labels: readonly number[];
  readonly classNames: readonly string[];
}

/**
 * Labels the images of a tree by their top-level folder.
 *
 * @param classNames names of the folders to use, in the order of their labels; by default all of them, sorted
 * @throws ManabiError `argument` for a name that is no folder or is listed twice, `data` if there are no folders
 */
export function labelsByFolder(
  op: string,
  tree: ImageTree,
  classNames: readonly string[] | undefined,
  extensions: readonly string[],
): LabelledFiles {
  const folders = classFolders(tree);
  const missing = classNames?.filter((name) => !folders.includes(name)) ?? [];
  if (missing.length > 0) {
    throw new ManabiError(
      'argument',
      `The class names [${missing.join(', ')}] are not folders of ${tree.name}, whose folders are [${folders.join(', ')}].`,
      { op, data: { missing, folders } },
    );
  }
  const repeated = classNames?.find((name, i) => classNames.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new ManabiError('argument', `The class name '${repeated}' is listed twice. Remove one of them.`, {
      op,
      data: { repeated, classNames },
    });
  }
  if (folders.length === 0) {
    throw new ManabiError(
      'data',
      `${tree.name} contains no folders. Each class needs a folder with its images; for images without classes, pass labels: null.`,
      { op, data: { source: tree.name } },
    );
  }
  const names = classNames ?? folders;
  const groups = names.map((name) => filesIn(tree, name, extensions));
  return {
    files: groups.flat(),
    labels: groups.flatMap((group, label) => group.map(() => label)),
    classNames: names,
  };
}

/**
 * Takes all images of a tree, with labels that are given in the order of the files, or without labels.
 *
 * @throws ManabiError `argument` if there are more or fewer labels than images
 */
export function labelsGiven(
  op: string,
  tree: ImageTree,
  labels: readonly number[] | null,
  extensions: readonly string[],
): LabelledFiles {
  const files = filesIn(tree, '', extensions);
  if (labels === null) return { files, labels: files.map(() => -1), classNames: [] };
  if (labels.length !== files.length) {
    throw new ManabiError(
      'argument',
      `\`labels\` must have one label for each image of ${tree.name}: expected ${files.length}, got ${labels.length}.`,
      { op, data: { images: files.length, labels: labels.length } },
    );
  }
  const classNames = [...new Set(labels)].sort((a, b) => a - b).map(String);
  return { files, labels, classNames };
}
