/** The code, broken in one way. */
export interface Mutant {
  readonly name: string;
  /** Which promise it breaks. */
  readonly why: string;
  /** Below the root of the repository. */
  readonly file: string;
  /** Found exactly once in the file… */
  readonly find: string;
  /** …and put in its place. */
  readonly replace: string;
}
