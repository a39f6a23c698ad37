import { describeRuntime } from '@msanet/testkit';
import { ReferenceRuntime } from '@msanet/runtime-reference';

// Against itself the values agree by construction; what is tested is that every case runs, that its shapes and integer
// types are the inferred ones, and that the runtime keeps the contract.
describeRuntime({
  name: 'reference',
  runtime: () => Promise.resolve(new ReferenceRuntime()),
  reference: () => new ReferenceRuntime(),
});
