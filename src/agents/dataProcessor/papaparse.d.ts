// Only what csv.ts uses: @types/papaparse pulls in Node's types, which src does without.
declare module "papaparse" {
  interface ParseError {
    readonly code: string;
    /** Place in the text where the trouble began. */
    readonly index?: number;
  }
  interface ParseOptions {
    readonly delimiter: string;
    readonly skipEmptyLines: boolean;
    /** Called for each row; `meta.cursor` is the place in the text behind it. */
    readonly step?: (result: { readonly data: string[]; readonly meta: { readonly cursor: number } }) => void;
  }
  const Papa: {
    parse(text: string, options: ParseOptions): { readonly data: string[][]; readonly errors: readonly ParseError[] };
  };
  export default Papa;
}
