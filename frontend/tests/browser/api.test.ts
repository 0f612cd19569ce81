// The clients are drawn from committed descriptions; here the running services say whether those are still theirs.
import { expect, test } from 'vitest';

import { readDescription } from '../../tools/services.mjs';
import { world } from './harness.ts';

const w = world();

test.each([
  ['rag', 'rag-backend'],
  ['admin', 'admin-backend'],
])('the description of %s is the one of the running %s: `npm run generate` mends it', async (prefix, service) => {
  const answer = await fetch(`${w.url}/api/${prefix}/openapi.json`);
  expect(await answer.json()).toEqual(await readDescription(service));
});
