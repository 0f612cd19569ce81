import { expect, test } from 'vitest';

import { BAKERY, HARBOUR } from './documents.ts';
import { ask, given, picture, row, signIn, upload, world } from './harness.ts';

const w = world();

test('documents go into a collection, and questions are limited to it', async () => {
  await given(w, []);
  const admin = await w.visit('/admin/');
  await signIn(admin);
  await admin.getByLabel('Collection (optional)').fill('Port & harbour');
  await upload(admin, [HARBOUR]);
  await admin.getByLabel('Collection (optional)').fill('');
  await upload(admin, [BAKERY]);
  expect(await row(admin, HARBOUR.name).textContent()).toContain('in Port & harbour');
  expect(await row(admin, BAKERY.name).textContent()).not.toContain('in ');
  await picture(admin, 'admin-collections');

  const page = await w.visit('/chat/');
  const choice = page.getByRole('checkbox', { name: 'Port & harbour' });
  await choice.check();
  await picture(page, 'chat-collections');
  const sent = page.waitForRequest(/\/api\/rag\/chat\//);
  await ask(page, 'How long do croissants rest before baking?');
  expect((await sent).postDataJSON()).toMatchObject({ collections: ['Port & harbour'] });
  await page.getByText('Nothing found').first().waitFor();
  // The choice is the conversation's: it outlives a reload, and a new one begins without.
  await page.reload();
  await page
    .getByRole('button', { name: /How long do croissants/ })
    .first()
    .click();
  await expect.poll(() => choice.isChecked()).toBe(true);
  await choice.uncheck();
  await ask(page, 'How long do croissants rest before baking?');
  await page.getByText('eleven hours').first().waitFor();
  await choice.check();
  await page.getByRole('button', { name: 'New conversation' }).click();
  await expect.poll(() => choice.isChecked()).toBe(false);
});

test('where no document is in a collection, nothing is offered', async () => {
  await given(w, [BAKERY]);
  const page = await w.visit('/chat/');
  await ask(page, 'How long do croissants rest before baking?');
  await page.getByText('eleven hours').first().waitFor();
  expect(await page.getByRole('checkbox').count()).toBe(0);
});

test('a name that is none is refused with what is allowed', async () => {
  await given(w, []);
  const admin = await w.visit('/admin/', { locale: 'de-DE' });
  await admin.getByLabel('Zugangstoken').fill(process.env.ADMIN_TOKEN ?? '');
  await admin.getByRole('button', { name: 'Anmelden' }).click();
  await admin.getByLabel('Sammlung (optional)').fill('<b>');
  await admin.locator('input[type=file]').setInputFiles([BAKERY]);
  await admin.getByText(/must begin and end with a letter or digit/).waitFor();
});
