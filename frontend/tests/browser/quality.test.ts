// What has to hold for every state of both pages: nothing for axe to find, room on a phone, a small initial load.
import { statSync } from 'node:fs';
import { expect, test } from 'vitest';

import { BAKERY, HARBOUR, PROGRAM } from './documents.ts';
import { given, TOKEN, world } from './harness.ts';
import { LOOKS, named, sound } from './soundness.ts';

const w = world();
const MOST_SCRIPT_BYTES = 100_000;
const UNKNOWN = 'Which spaceship carried astronauts through the icy rings around Saturn?';

test.each(LOOKS)('axe finds nothing in the chat, and it fits a phone: $colorScheme $locale', async (look) => {
  await given(w, [HARBOUR, BAKERY]);
  const page = await w.visit('/chat/', look);
  await page.locator('.history-new').waitFor();
  await sound(page, named(look, 'chat-start'));
  for (const question of ['How often are the foghorns sounded?', UNKNOWN]) {
    await page.getByRole('textbox').fill(question);
    await page.keyboard.press('Enter');
    await page.locator('.turn-asking').waitFor({ state: 'hidden' });
  }
  w.gateway.fault = { at: /chat\//, kind: 'failing' };
  await page.getByRole('textbox').fill('What happens when the service fails?');
  await page.keyboard.press('Enter');
  await page.getByText('r-42').waitFor();
  w.gateway.fault = undefined;
  await sound(page, named(look, 'chat'));
  await page.locator('.source button').first().click();
  await page.locator('mark').waitFor();
  await sound(page, named(look, 'chat-passage'));
  await page.keyboard.press('Escape');
  await page.locator('.settings summary').click();
  await sound(page, named(look, 'chat-settings'));
});

test.each(LOOKS)('axe finds nothing in the administration, and it fits a phone: $colorScheme $locale', async (look) => {
  await given(w, [HARBOUR, BAKERY]);
  const page = await w.visit('/admin/', look);
  await page.locator('#secret').waitFor();
  await sound(page, named(look, 'admin-sign-in'));
  await page.locator('#secret').fill(TOKEN);
  await page.keyboard.press('Enter');
  await page.locator('.state-ready').first().waitFor();
  await page.locator('input[type=file]').setInputFiles([PROGRAM]);
  await page.locator('.state-error').waitFor();
  w.gateway.fault = { at: /upload_file/, kind: 'failing' };
  await page.locator('input[type=file]').setInputFiles([BAKERY]);
  await page.getByText('r-42').waitFor();
  w.gateway.fault = undefined;
  await sound(page, named(look, 'admin'));
  await page.locator('.row-ways button').first().click();
  await page.getByRole('dialog').waitFor();
  await sound(page, named(look, 'admin-delete'));
});

test('a choice of colours and language is kept, and there at the first paint', async () => {
  const page = await w.visit('/chat/', { colorScheme: 'light' });
  await page.getByLabel('Settings').click();
  await page.getByLabel('Dark').check();
  await page.getByLabel('Deutsch').check();
  await page.getByText('Was möchten Sie wissen?').waitFor();
  await page.goto('/admin/', { waitUntil: 'commit' });
  await page.getByLabel('Zugangstoken').waitFor();
  const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(background).toBe('rgb(20, 24, 26)');
});

test('the chat can be used by the keyboard alone', async () => {
  await given(w, [BAKERY]);
  const page = await w.visit('/chat/');
  const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
  await page.getByLabel('Your question').waitFor();
  await expect.poll(focused).toBe('question');
  await page.keyboard.type('How long do croissants rest before baking?');
  await page.keyboard.press('Enter');
  await page.getByText('1 source').waitFor();
  const passage = page.getByRole('button', { name: 'Show passage' });
  for (let step = 0; step < 20 && !(await passage.evaluate((button) => button.matches(':focus'))); step += 1) {
    await page.keyboard.press('Shift+Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await expect.poll(() => passage.evaluate((button) => button.matches(':focus'))).toBe(true);
});

test.each(['/chat/', '/admin/'])('%s loads little', async (path) => {
  const page = await w.visit('about:blank');
  const bytes = { script: 0, all: 0 };
  page.on('response', (response) => {
    const url = new URL(response.url());
    if (url.pathname.startsWith('/api/')) return;
    const file = `dist${url.pathname.endsWith('/') ? `${url.pathname}index.html` : url.pathname}.gz`;
    const { size } = statSync(new URL(`../../${file}`, import.meta.url));
    bytes.all += size;
    if (response.request().resourceType() === 'script') bytes.script += size;
  });
  await page.goto(w.url + path, { waitUntil: 'networkidle' });
  const seen = await page.evaluate(async () => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
      buffered: true,
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
    return { longTasks: tasks.length, blocking: tasks.reduce((sum, one) => sum + one - 50, 0), paint };
  });
  console.log(
    `${path}: script ${String(bytes.script)} B and all ${String(bytes.all)} B compressed; ` +
      `${String(seen.longTasks)} long tasks, ${seen.blocking.toFixed(0)} ms blocking, first paint at ${seen.paint.toFixed(0)} ms`,
  );
  expect(bytes.script).toBeGreaterThan(1000);
  expect(bytes.script).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
});
