/**
 * Whether a page exists in both languages: the front page and the tutorial do.
 *
 * @param path path below `pages/`, such as `ja/tutorial/index.md`
 */
export function isTranslated(path: string): boolean {
  return /^(?:ja\/)?(?:index\.md$|tutorial\/)/.test(path);
}
