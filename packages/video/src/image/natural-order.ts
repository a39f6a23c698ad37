/**
 * Compares two names so that numbers in them count as numbers: `frame2.png` comes before `frame10.png`.
 *
 * Everything else is compared by code unit, so that the order is the same on every machine.
 *
 * @returns a negative number, zero or a positive number, as `Array.prototype.sort` wants it
 */
export function compareNaturally(a: string, b: string): number {
  const left = pieces(a);
  const right = pieces(b);
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = comparePieces(left[index], right[index]);
    if (difference !== 0) return difference;
  }
  // Names that differ only in leading zeros still have one order.
  return left.length - right.length || compareText(a, b);
}

function pieces(name: string): string[] {
  return name.match(/\d+|\D+/g) ?? [];
}

function comparePieces(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return compareText(a, b);
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return left.length - right.length || compareText(left, right);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
