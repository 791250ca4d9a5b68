/** One row of the table in arrows.js. */
export interface Arrow {
  readonly folder: string;
  readonly may: readonly string[];
  readonly asType?: readonly string[];
  readonly packages: readonly string[];
  readonly builtins: readonly string[];
  readonly never?: readonly { readonly what: readonly string[]; readonly why: string }[];
  readonly why: string;
}
export declare const ARROWS: readonly Arrow[];
