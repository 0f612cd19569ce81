import { expect, test } from 'vitest';

import { BAKERY, HARBOUR } from './documents.ts';
import { ask, given, picture, row, signIn, world } from './harness.ts';

const w = world();

test('an answer comes with its source, which opens at the right page', async () => {
  await given(w, [HARBOUR, BAKERY]);
  const page = await w.visit('/chat/');
  await ask(page, 'How often are the foghorns sounded?');
  await page.getByRole('region', { name: 'Answer' }).getByText('every ninety seconds').first().waitFor();
  await expect.poll(() => page.getByLabel('Your question').inputValue()).toBe('');
  await page.getByRole('link', { name: 'Source 1: Harbour Rules.pdf' }).click();
  const source = page.getByRole('listitem').filter({ hasText: 'page 2' }).last();
  await expect.poll(() => source.evaluate((element) => element === document.activeElement)).toBe(true);

  const link = page.getByRole('link', { name: /Open page 2/ });
  const href = await link.getAttribute('href');
  expect(href).toMatch(/\/document_reference\/harbour-rules-[0-9a-f]+\.pdf\?inline=true#page=2$/);
  const original = await page.request.get(href?.split('#')[0] ?? '');
  expect(original.headers()['content-type']).toBe('application/pdf');
  expect(original.headers()['content-disposition']).toMatch(/^inline; /);
  expect(await original.body()).toEqual(HARBOUR.buffer);
  const opened = page.context().waitForEvent('page');
  await link.click();
  expect((await opened).url()).toContain('#page=2');
});

test('a passage is shown in its surroundings, marked', async () => {
  await given(w, [BAKERY]);
  const page = await w.visit('/chat/');
  await ask(page, 'With which flour is the sourdough starter fed?');
  await page.getByRole('button', { name: 'Show passage' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Passage of bakery.md' });
  expect(await dialog.locator('mark').textContent()).toContain('rye flour at six in the evening.');
  expect(await dialog.textContent()).toContain('Croissants rest');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('a follow-up is understood by what was asked before', async () => {
  await given(w, [HARBOUR, BAKERY]);
  const page = await w.visit('/chat/');
  await ask(page, 'How long do croissants rest before baking?');
  await page.getByText('eleven hours').first().waitFor();
  const sent = page.waitForRequest(/\/api\/rag\/chat\//);
  await ask(page, 'And where?');
  const { history } = (await sent).postDataJSON() as { history: { role: string }[] };
  expect(history.map(({ role }) => role)).toEqual(['user', 'assistant']);
  await page.getByRole('region', { name: 'Answer' }).nth(1).getByText('cold room').first().waitFor();
});

test('nothing found is said, in the language of the page', async () => {
  await given(w, [BAKERY]);
  for (const [locale, said] of [
    ['en-GB', 'Nothing found'],
    ['de-DE', 'Nichts gefunden'],
  ] as const) {
    const page = await w.visit('/chat/', { locale });
    await page.getByRole('textbox').fill('Which spaceship carried astronauts through the icy rings around Saturn?');
    await page.keyboard.press('Enter');
    await page.getByText(said).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2));
  }
});

test('conversations are kept in the browser, without anything secret', async () => {
  await given(w, [BAKERY]);
  const page = await w.visit('/chat/');
  await ask(page, 'How long do croissants rest before baking?');
  await page.getByText('eleven hours').first().waitFor();
  await page.getByLabel('Your question').fill('and one that is not sent yet');
  await page.getByRole('button', { name: 'New conversation' }).click();
  await page.getByLabel('Your question').fill('a draft of a new one');
  await page.reload();
  await expect.poll(() => page.getByLabel('Your question').inputValue()).toBe('a draft of a new one');
  await page.getByRole('button', { name: /^How long do croissants/ }).click();
  await page.getByText('eleven hours').first().waitFor();
  await expect.poll(() => page.getByLabel('Your question').inputValue()).toBe('and one that is not sent yet');

  await page.getByRole('button', { name: 'Delete all conversations' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('What would you like to know?').waitFor();
  expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('conversation.')))).toEqual(
    [],
  );
});

test('an answer can be stopped, and asked for again', async () => {
  await given(w, [BAKERY]);
  const page = await w.visit('/chat/');
  w.gateway.fault = { at: /chat/, kind: 'held' };
  await ask(page, 'How long do croissants rest before baking?');
  await page.getByText('eleven hours').first().waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('You stopped this answer.').waitFor();
  await picture(page, 'chat-stopped');
  w.gateway.fault = undefined;
  await page.getByRole('button', { name: 'Ask again' }).click();
  await page.getByText('1 source').waitFor();
});

test('an answer is voted on, with a comment that administrators read', async () => {
  await given(w, [BAKERY]);
  const page = await w.visit('/chat/');
  await ask(page, 'How long do croissants rest before baking?');
  await page.getByRole('button', { name: 'Not helpful' }).click();
  await page.getByLabel('What was wrong or missing? (optional)').fill('It is twelve hours now.');
  await page.getByRole('button', { name: 'Send comment' }).click();
  await page.getByText('Thank you.').waitFor();
  await picture(page, 'chat-vote');
  await page.reload();
  await page.getByRole('button', { name: /^How long do croissants/ }).click();
  await expect.poll(() => page.getByRole('button', { name: 'Not helpful' }).getAttribute('aria-pressed')).toBe('true');

  const unknown = 'Which spaceship carried astronauts through the icy rings around Saturn?';
  await ask(page, unknown);
  await page.getByText('Nothing found').waitFor();
  await page.goto('/admin/');
  await signIn(page);
  await row(page, 'How long do croissants').getByText('It is twelve hours now.').waitFor();
  await row(page, unknown).getByText('Not in the documents').waitFor();
  await picture(page, 'admin-questions');
  await page.getByRole('button', { name: /^Delete “How long do croissants/ }).click();
  await row(page, 'How long do croissants').waitFor({ state: 'hidden' });
});

const FAULTS = [
  ['stopped', 'The service is not available at the moment.'],
  ['failing', 'The service failed.'],
  ['nonsense', 'The response could not be read.'],
  ['lost', 'The service cannot be reached.'],
  ['cut', 'The connection was interrupted.'],
] as const;

test.each(FAULTS)('an answer that is %s is told, and can be had once that is over', async (kind, said) => {
  await given(w, [BAKERY]);
  const page = await w.visit('/chat/');
  w.gateway.fault = { at: /chat\//, kind };
  await ask(page, 'How long do croissants rest before baking?');
  await page.getByText(said).waitFor();
  if (kind === 'failing') await page.getByText('Request r-42').waitFor();
  await picture(page, `chat-${kind}`);
  // What was asked is there, also in a new window.
  await page.reload();
  await page.getByRole('button', { name: /^How long do croissants/ }).click();
  w.gateway.fault = undefined;
  await page.getByRole('button', { name: 'Edit question' }).click();
  await expect
    .poll(() => page.getByLabel('Your question').inputValue())
    .toBe('How long do croissants rest before baking?');
  await page.getByRole('button', { name: 'Ask again' }).click();
  await page.getByText('1 source').waitFor();
});

test('the page tells that answers are not available, and when they are again', async () => {
  w.gateway.fault = { at: /api\/rag/, kind: 'stopped' };
  const page = await w.visit('/chat/');
  const said = page.getByText('Answers are not available at the moment.');
  await said.waitFor();
  w.gateway.fault = undefined;
  await said.waitFor({ state: 'hidden', timeout: 15_000 });
});
