/** The source of src/module-bytes.ts, compiled from assembly/. */
export function compiledSource(): Promise<string>;
