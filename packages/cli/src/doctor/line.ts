/** A line of the report of `doctor`. */
export interface Line {
  readonly state: 'present' | 'missing' | 'broken';
  readonly what: string;
  readonly detail: string;
}
