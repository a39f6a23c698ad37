import { describe, expect, it } from 'vitest';
import { demoClasses, renderContactSheet } from '../src/index.js';

describe('renderContactSheet', () => {
  it('is a PNG with one row per class', async () => {
    const png = Buffer.from(await renderContactSheet({ columns: 2, frameWidth: 32 }));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    // IHDR: width and height at bytes 16 and 20 (PNG specification, 11.2.2).
    expect(png.readUInt32BE(16)).toBeGreaterThan(64);
    expect(png.readUInt32BE(20)).toBe(demoClasses.length * 26);
  });
});
