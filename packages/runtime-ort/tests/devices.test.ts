import { describe, expect, it } from 'vitest';
import { float32 } from '@msanet/tensor';
import { createOrtRuntime, probeDevices } from '@msanet/runtime-ort';
import { reluModel } from './models.js';

describe('probeDevices', () => {
  it('finds the CPU usable and says of every other device why, or that it ran', async () => {
    const reports = await probeDevices();
    expect(reports.map(({ device }) => device)).toEqual(['cpu', 'cuda:0', 'webgpu']);
    expect(reports[0]).toEqual({ device: 'cpu', usable: true, reason: 'ran a convolution' });
    for (const { usable, reason, remedy } of reports) {
      expect(reason).not.toMatch(/\n|\.cc:|::|[.;]$/);
      expect(remedy === undefined).toBe(usable);
    }
  });
});

describe('createOrtRuntime', () => {
  it('takes the CPU by default', async () => {
    const runtime = await createOrtRuntime();
    expect(runtime).toMatchObject({ id: 'ort', device: 'cpu', precision: 'float32' });
  });

  it('gives a named device, or refuses it with the reason and the remedy of the probe', async () => {
    for (const { device, usable, reason, remedy } of await probeDevices()) {
      const made = createOrtRuntime({ device });
      if (usable) {
        const session = await (await made).load(reluModel());
        const { y } = await session.run({ x: float32([-1, 1, -1, 1, -1, 1], [2, 3]) });
        expect([...y.data]).toEqual([0, 1, 0, 1, 0, 1]);
        await session.dispose();
      } else {
        await expect(made).rejects.toMatchObject({
          code: 'RUNTIME_UNAVAILABLE',
          report: { where: `device ${device}`, got: reason, remedy },
        });
      }
    }
  });

  it('falls back to the CPU only when asked to choose', async () => {
    const [, cuda] = await probeDevices();
    const { device } = await createOrtRuntime({ device: 'auto' });
    expect(device).toBe(cuda.usable ? 'cuda:0' : 'cpu');
  });

  it.each(['gpu', 'cpu:0', 'webgpu:1', 'cuda:', 'cuda:-1', 'CPU', ''])(
    'refuses the device name %j',
    async (device) => {
      await expect(createOrtRuntime({ device })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    },
  );

  it.each([0, -1, 2.5, NaN, 5000])('refuses %d threads', async (threads) => {
    await expect(createOrtRuntime({ threads })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
