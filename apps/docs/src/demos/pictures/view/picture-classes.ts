import type { Picture, PicturePixels } from '../messages.ts';

/** A class of pictures that the reader has named. */
export interface PictureClass {
  readonly id: number;
  /** What the reader typed; may be empty. */
  readonly name: string;
  readonly pictures: readonly Picture[];
}

/** Largest number of classes, and of pictures of a class. */
export const MOST_CLASSES = 6;
export const MOST_PICTURES = 100;

let lastId = 0;

/** Creates a class, or a picture, which no other has the number of. */
export function newClass(name: string, pictures: readonly PicturePixels[] = []): PictureClass {
  return { id: ++lastId, name, pictures: pictures.map(newPicture) };
}

export function newPicture(pixels: PicturePixels): Picture {
  return { id: ++lastId, pixels };
}

/** Returns the name of each class: what the reader typed, or its number. */
export function classNames(classes: readonly PictureClass[]): readonly string[] {
  return classes.map(({ name }, i) => (name.trim() === '' ? `Class ${i + 1}` : name.trim()));
}

/** Says what keeps a network from learning the classes; null if nothing does. */
export function problemOf(classes: readonly PictureClass[]): string | null {
  const filled = classes.filter(({ pictures }) => pictures.length > 0);
  if (filled.length === 0) {
    return 'There are no pictures yet. Add pictures to at least two classes, or use the sample pictures.';
  }
  const names = classNames(classes);
  if (filled.length === 1) {
    return `Only "${names[classes.indexOf(filled[0])]}" has pictures. Add pictures to another class, so that there is something to tell apart.`;
  }
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  return repeated === undefined ? null : `Two classes are called "${repeated}". Give each class a name of its own.`;
}

/** Adds pictures to a class, up to the largest number. */
export function withPictures(
  classes: readonly PictureClass[],
  id: number,
  pixels: readonly PicturePixels[],
): readonly PictureClass[] {
  return classes.map((each) =>
    each.id === id
      ? { ...each, pictures: [...each.pictures, ...pixels.map(newPicture)].slice(0, MOST_PICTURES) }
      : each,
  );
}
