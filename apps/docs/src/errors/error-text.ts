/** What an error means, as Markdown. */
export interface ErrorText {
  /** Why the error occurs. */
  readonly cause: string;
  /** What to do. */
  readonly remedy: string;
}
