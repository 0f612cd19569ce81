import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { ask, given, picture, row, signIn, world } from './harness.ts';
import { Site } from './site.ts';

const w = world();
const site = new Site();

beforeAll(() => site.start());
afterAll(() => site.stop());

async function add(page: Page, path: string, kind: string): Promise<void> {
  await page.getByLabel('Address').fill(site.url + path);
  await page.getByLabel(kind).check();
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

test('how far a sitemap is read is shown, and it is read again when somebody asks for it', async () => {
  await given(w, []);
  for (let number = 1; number <= 5; number += 1) {
    site.pages.set(`/${number}`, `<h1>Lighthouse ${number}</h1><p>Lighthouse ${number} has ${number * 11} steps.</p>`);
  }
  const url = `${site.url}/sitemap.xml`;
  site.hold();
  const page = await w.visit('/admin/');
  await signIn(page);
  await add(page, '/sitemap.xml', 'A sitemap with many pages');

  await row(page, url).getByText('1 of 5 pages read').waitFor();
  expect(await row(page, url).getByRole('progressbar').getAttribute('value')).toBe('1');
  await row(page, url).scrollIntoViewIfNeeded();
  await picture(page, 'admin-sitemap');
  site.release();
  await row(page, url).getByText('Ready', { exact: true }).waitFor();
  await row(page, url).getByRole('progressbar').waitFor({ state: 'hidden' });

  site.pages.set('/2', '<h1>Lighthouse 2</h1><p>Lighthouse 2 has 707 steps since the storm.</p>');
  site.hold();
  await page.getByRole('button', { name: `Read ${url} again` }).click();
  await row(page, url).getByText('1 of 5 pages read').waitFor();
  await page.getByRole('button', { name: `Read ${url} again` }).waitFor({ state: 'hidden' });
  await row(page, url).getByText('5 passages').waitFor();
  site.release();
  await row(page, url).getByText('Ready', { exact: true }).waitFor();

  const chat = await w.visit('/chat/');
  await ask(chat, 'How many steps does lighthouse 2 have?');
  await chat.getByText('707 steps').first().waitFor();
});

test('pages of a sitemap that are gone are told, and the others can be asked about', async () => {
  await given(w, []);
  site.pages.clear();
  site.pages.set('/1', '<h1>Mill</h1><p>The mill grinds rye on Tuesdays.</p>');
  site.pages.set('/gone', '');
  const page = await w.visit('/admin/');
  await signIn(page);
  await add(page, '/sitemap.xml', 'A sitemap with many pages');
  await row(page, `${site.url}/sitemap.xml`).getByText('1 of its pages could not be read').waitFor();
});

test('a page of the web that cannot be fetched fails with its reason, and is read again once it is there', async () => {
  await given(w, []);
  site.pages.clear();
  const page = await w.visit('/admin/');
  await signIn(page);
  await add(page, '/late', 'One page');
  await row(page, `${site.url}/late`).getByText('answered 404').waitFor();
  site.pages.set('/late', '<h1>Late</h1><p>The ferry leaves at noon.</p>');
  await page.getByRole('button', { name: `Read ${site.url}/late again` }).click();
  await row(page, `${site.url}/late`).getByText('Ready', { exact: true }).waitFor();
});

test('a source that cannot be read again now says why', async () => {
  await given(w, []);
  site.pages.set('/page', '<h1>Page</h1><p>The museum closes at five.</p>');
  const page = await w.visit('/admin/');
  await signIn(page);
  await add(page, '/page', 'One page');
  await row(page, `${site.url}/page`).getByText('Ready', { exact: true }).waitFor();
  w.gateway.fault = { at: /upload_source/, kind: 'stopped' };
  await page.getByRole('button', { name: `Read ${site.url}/page again` }).click();
  await row(page, `${site.url}/page`).getByText('The service is not available at the moment.').waitFor();
});
