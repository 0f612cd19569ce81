// @vitest-environment node
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

import { drawClient } from '../../tools/draw-client.mjs';
import { clientFile, readDescription, SERVICES } from '../../tools/services.mjs';

test.each(SERVICES)('the client of %s is what its description draws: `npm run generate` mends it', async (service) => {
  const drawn = await drawClient(await readDescription(service));
  expect(Object.keys(drawn)).toEqual(['types.ts', 'shapes.ts']);
  for (const [end, text] of Object.entries(drawn)) {
    expect(await readFile(clientFile(service, end), 'utf8')).toBe(text);
  }
});
