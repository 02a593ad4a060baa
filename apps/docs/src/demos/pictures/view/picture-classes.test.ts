import { expect, test } from '@jest/globals';
import { classNames, MOST_PICTURES, newClass, problemOf, withPictures } from './picture-classes.ts';

const picture = new Uint8Array(3);

test('names classes without a name by their position', () => {
  expect(classNames([newClass(' Cup '), newClass('  ')])).toEqual(['Cup', 'Class 2']);
});

test.each([
  ['no pictures', [newClass('Cup'), newClass('Book')], /no pictures yet/],
  ['pictures of one class', [newClass('Cup', [picture]), newClass('Book')], /Only "Cup" has pictures/],
  ['two classes of one name', [newClass('Cup', [picture]), newClass('Cup ', [picture])], /called "Cup"/],
  [
    'a name that is the number of another class',
    [newClass('Class 2', [picture]), newClass('', [picture])],
    /"Class 2"/,
  ],
])('reports %s', (_, classes, problem) => {
  expect(problemOf(classes)).toMatch(problem);
});

test('accepts two classes with pictures, next to one without', () => {
  expect(problemOf([newClass('Cup', [picture]), newClass('Book', [picture]), newClass('')])).toBeNull();
});

test('adds pictures to one class, up to the largest number', () => {
  const [cup, book] = [newClass('Cup', [picture]), newClass('Book')];
  const [first, second] = withPictures(
    [cup, book],
    cup.id,
    Array.from({ length: MOST_PICTURES }, () => picture),
  );
  expect(first.pictures).toHaveLength(MOST_PICTURES);
  expect(new Set(first.pictures.map(({ id }) => id)).size).toBe(MOST_PICTURES);
  expect(second).toBe(book);
});
