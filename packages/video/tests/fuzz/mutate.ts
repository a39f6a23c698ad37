import type { Random } from '@msanet/tensor';

/** Values that sit on the edges of the integer types of file formats. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

/** How much of the beginning and end of a file counts as header or index, which most mutations aim at. */
const metadata = 4096;

/**
 * A damaged copy of a file: bytes and words overwritten, bits flipped, blocks copied, moved in or cut out, the end
 * cut off; rarely, nothing but noise.
 *
 * @param other another file, of which blocks are moved in
 */
export function mutate(file: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  if (random.integer(200) === 0) {
    return Uint8Array.from({ length: random.integer(5000) }, () => random.integer(256));
  }
  let bytes = Buffer.from(file);
  const changes = 1 + random.integer(random.integer(3) === 0 ? 60 : 5);
  for (let change = 0; change < changes && bytes.length > 0; change++) {
    bytes = mutateOnce(bytes, other, random);
  }
  return bytes;
}

function mutateOnce(
  bytes: Buffer<ArrayBuffer>,
  other: Uint8Array,
  random: Random,
): Buffer<ArrayBuffer> {
  const at = position(bytes.length, random);
  const length = Math.min(1 + random.integer(64), bytes.length - at);
  switch (random.integer(9)) {
    case 0:
      bytes[at] = random.integer(256);
      return bytes;
    case 1:
      bytes[at] ^= 1 << random.integer(8);
      return bytes;
    case 2:
    case 3: {
      const word = Buffer.alloc(4);
      const value = edges[random.integer(edges.length)];
      if (random.integer(2) === 0) word.writeUInt32BE(value);
      else word.writeUInt32LE(value);
      word.copy(bytes, at);
      return bytes;
    }
    case 4:
      bytes.fill(random.integer(2) * 255, at, at + length);
      return bytes;
    case 5:
      bytes.copyWithin(position(bytes.length, random), at, at + length);
      return bytes;
    case 6:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 7: {
      const from = position(other.length, random);
      const block = other.subarray(from, from + length);
      return Buffer.concat([bytes.subarray(0, at), block, bytes.subarray(at)]);
    }
    default:
      // Cutting is frequent enough when one file in a few is cut.
      return random.integer(5) === 0 ? bytes.subarray(0, at) : bytes;
  }
}

function position(length: number, random: Random): number {
  switch (random.integer(3)) {
    case 0:
      return random.integer(length);
    case 1:
      return random.integer(Math.min(length, metadata));
    default:
      return length - 1 - random.integer(Math.min(length, metadata));
  }
}
