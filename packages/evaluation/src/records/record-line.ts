/** Significant digits of recorded numbers: enough to tell any two float32 values apart. */
const digits = 9;

/**
 * A record as one line of JSON, its line feed included. Keys keep the order in which the record was built; numbers have nine
 * significant digits; what is not a finite number, such as the PSNR of an unchanged clip, becomes `null`.
 */
export function recordLine(record: object): string {
  return `${JSON.stringify(record, tidy)}\n`;
}

function tidy(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;
}
