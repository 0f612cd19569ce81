// The pictures of the README: `README_PICTURES=1 cargo xtask test browser` puts them into docs/images/.
import { copyFileSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

import { HARBOUR } from './documents.ts';
import { ask, given, picture, screenshot, signIn, world } from './harness.ts';

const w = world();
const root = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const LARGEST_BYTES = 150_000;
const SIZE = { viewport: { width: 1120, height: 720 } };
/** So that documents are seen below the ways to add some. */
const TALLER = { viewport: { width: 1120, height: 960 } };

const evaluated = (name: string) => ({
  name,
  mimeType: 'text/markdown',
  buffer: readFileSync(root(`evaluation/documents/${name}`)),
});

test('both pages are shown as they are used', async () => {
  await given(w, [
    HARBOUR,
    evaluated('ebike-manual.en.md'),
    evaluated('leave-policy.en.md'),
    evaluated('hausordnung.de.md'),
  ]);
  const chat = await w.visit('/chat/', SIZE);
  await ask(chat, 'How many days of annual leave does a full-time employee have?');
  await chat.locator('.sources').first().waitFor();
  await chat.getByRole('button', { name: 'New conversation' }).click();
  await ask(chat, 'How often are the foghorns sounded, and who gets a report of spilled oil?');
  // Both halves of the question are answered, from different pages.
  await chat.getByText('every ninety seconds').first().waitFor();
  await chat.getByText('pollution officer').first().waitFor();
  await chat.getByText(/^\d sources$/).waitFor();
  await picture(chat, 'readme-chat');
  const admin = await w.visit('/admin/', TALLER);
  await signIn(admin);
  await admin.getByText('4 documents').waitFor();
  await picture(admin, 'readme-admin');
  for (const name of ['chat', 'admin']) {
    expect(statSync(screenshot(`readme-${name}`)).size).toBeLessThan(LARGEST_BYTES);
    if (!process.env.README_PICTURES) continue;
    mkdirSync(root('docs/images'), { recursive: true });
    copyFileSync(screenshot(`readme-${name}`), root(`docs/images/${name}.png`));
  }
});
