import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { msanet } from '../support/command.js';

const fixture = (name: string): string =>
  fileURLToPath(
    new URL(`../../../../packages/victim-onnx/tests/fixtures/${name}`, import.meta.url),
  );

describe('msanet doctor --model', () => {
  it('proposes a manifest that works', async () => {
    const { status, stdout } = await msanet([
      'doctor',
      '--model',
      fixture('volume-17.onnx'),
      '--json',
    ]);
    expect(status).toBe(0);
    const golden = JSON.parse(await readFile(fixture('volume-17.json'), 'utf8')) as {
      readonly logits: readonly number[];
    };
    const found = JSON.parse(stdout) as Record<string, unknown>;
    expect(found).toMatchObject({
      usable: true,
      manifest: { model: 'volume-17.onnx', layout: 'ncthw', frames: 4, height: 20, width: 24 },
      gradientNorm: expect.any(Number),
    });
    expect(found['inferred']).toContain(`${golden.logits.length} classes`);
  });

  it('says so in words', async () => {
    const { status, stdout } = await msanet(['doctor', '--model', fixture('volume-17.onnx')]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/the final Softmax, .*, is cut off/);
    expect(stdout).toMatch(/The model can be attacked\.\n$/);
  });

  it('fails for a file that is no model', async () => {
    const { status, stderr } = await msanet(['doctor', '--model', fixture('volume-17.json')]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/volume-17\.json: expected .*ONNX model/);
  });
});
