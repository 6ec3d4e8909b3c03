/** The part of tr46 that is used here; the package carries no types. */
declare module 'tr46' {
  interface ProcessingOptions {
    readonly checkHyphens?: boolean;
    readonly checkBidi?: boolean;
    readonly checkJoiners?: boolean;
    readonly useSTD3ASCIIRules?: boolean;
    readonly transitionalProcessing?: boolean;
  }

  export function toASCII(
    domain: string,
    options: ProcessingOptions & { readonly verifyDNSLength?: boolean },
  ): string | null;

  export function toUnicode(
    domain: string,
    options: ProcessingOptions,
  ): { readonly domain: string; readonly error: boolean };
}
