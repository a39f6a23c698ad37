import { ReferenceRuntime } from '@msanet/runtime-reference';
import { createOrtRuntime } from '@msanet/runtime-ort';
import { describeRuntime } from '@msanet/testkit';

describeRuntime({
  name: 'runtime-ort',
  runtime: () => createOrtRuntime({ threads: 1 }),
  reference: () => new ReferenceRuntime(),
});
