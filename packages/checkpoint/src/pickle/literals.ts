/** Most bytes, or characters, of a number; converting more digits takes quadratic time. */
const longestNumber = 1024;

/** A little-endian two's-complement integer of any length (LONG1, LONG4); undefined when it is too long. */
export function decodeInteger(bytes: Uint8Array): number | bigint | undefined {
  if (bytes.length > longestNumber) return undefined;
  if (bytes.length === 0) return 0;
  const digits = Buffer.from(bytes).reverse().toString('hex');
  return narrow(BigInt.asIntN(bytes.length * 8, BigInt(`0x${digits}`)));
}

/** The integer of an INT or LONG line, such as `12` or `12L`; undefined when it is none. */
export function parseInteger(line: Buffer): number | bigint | undefined {
  if (line.length > longestNumber) return undefined;
  const text = line.toString('latin1');
  return /^[-+]?\d+L?$/.test(text) ? narrow(BigInt(text.replace(/^\+|L$/g, ''))) : undefined;
}

/** The number of a FLOAT line; undefined when it is none. */
export function parseFloatLine(line: Buffer): number | undefined {
  if (line.length > longestNumber) return undefined;
  const text = line.toString('latin1').toLowerCase();
  if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(text)) return Number(text);
  const named = /^([-+]?)(inf|infinity|nan)$/.exec(text);
  if (named === null) return undefined;
  if (named[2] === 'nan') return NaN;
  return named[1] === '-' ? -Infinity : Infinity;
}

const simpleEscapes: ReadonlyMap<string, number> = new Map([
  ['\\', 0x5c],
  ["'", 0x27],
  ['"', 0x22],
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);

/** The bytes of a STRING line, a quoted Python string with escapes; undefined when it is none. */
export function parseString(line: Buffer): Uint8Array | undefined {
  const quote = line[0];
  const quoted = line.length >= 2 && line[line.length - 1] === quote;
  if (!quoted || (quote !== 0x27 && quote !== 0x22)) return undefined;
  const text = line.toString('latin1', 1, line.length - 1);
  const decoded = text.replace(
    /\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[^])/g,
    (whole: string, escape: string) => {
      const simple = simpleEscapes.get(escape);
      if (simple !== undefined) return String.fromCharCode(simple);
      if (escape.length > 1 && escape[0] === 'x') {
        return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
      }
      if (/^[0-7]/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8) & 0xff);
      return whole;
    },
  );
  return Buffer.from(decoded, 'latin1');
}

/** The text of a UNICODE line: Latin-1 with `\uXXXX` and `\UXXXXXXXX` escapes; undefined when an escape is out of range. */
export function parseUnicode(line: Buffer): string | undefined {
  let valid = true;
  const text = line
    .toString('latin1')
    .replace(
      /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g,
      (_whole, short: string | undefined, long: string | undefined) => {
        const code = Number.parseInt(short ?? long ?? '', 16);
        valid &&= code <= 0x10ffff;
        return valid ? String.fromCodePoint(code) : '';
      },
    );
  return valid ? text : undefined;
}

/** Text of a Python 2 string: UTF-8 where it is that, otherwise Latin-1. */
export function decodeString(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
