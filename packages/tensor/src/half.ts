/** The float32 values of IEEE 754 half-precision bits. */
export function float16ToFloat32(bits: Uint16Array): Float32Array {
  const values = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index++) values[index] = valueOf(bits[index]);
  return values;
}

/** Half-precision bits of float32 values, rounded to nearest, ties to even. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const sign = (words[index] >>> 16) & 0x8000;
    bits[index] = sign | magnitudeBits(words[index] & 0x7fffffff, Math.abs(values[index]));
  }
  return bits;
}

/** The float32 values of bfloat16 bits. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const words = Uint32Array.from(bits, (half) => half << 16);
  return new Float32Array(words.buffer);
}

function valueOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Half-precision bits of a magnitude, given by its float32 bits and its value. */
function magnitudeBits(bits: number, magnitude: number): number {
  if (bits > 0x7f800000) return 0x7e00; // not a number
  if (bits >= 0x477ff000) return 0x7c00; // 65520 and more round to infinity
  if (bits < 0x38800000) return roundHalfEven(magnitude * 2 ** 24); // subnormal
  // The exponent's bias shrinks from 127 to 15; adding just under half a unit, and the last bit kept, rounds to even.
  return (bits - 0x38000000 + 0xfff + ((bits >>> 13) & 1)) >>> 13;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
