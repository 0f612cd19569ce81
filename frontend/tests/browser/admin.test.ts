import { expect, test } from 'vitest';

import { BAKERY, HARBOUR, PROGRAM } from './documents.ts';
import { given, picture, row, signIn, upload, world } from './harness.ts';

const w = world();

test('signing in needs the right token, which is kept nowhere in the page', async () => {
  const page = await w.visit('/admin/');
  await page.getByLabel('Access token').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('This token is not correct.').waitFor();
  await expect.poll(() => page.getByLabel('Access token').inputValue()).toBe('wrong');
  await picture(page, 'admin-wrong-token');
  await signIn(page);
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]));
  expect(kept).not.toMatch(/of-the-test|admin_session/);
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: 'admin_session', httpOnly: true, sameSite: 'Strict' });
  await page.reload();
  await page.getByRole('heading', { name: 'All documents' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Access token').waitFor();
});

test('a document is uploaded, listed, asked about and deleted', async () => {
  await given(w, []);
  const page = await w.visit('/admin/');
  await signIn(page);
  await page.getByText('There are no documents yet.').waitFor();
  await upload(page, [HARBOUR, BAKERY]);
  await picture(page, 'admin');
  expect(await row(page, HARBOUR.name).textContent()).toContain('3 passages');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: `Download ${HARBOUR.name}` }).click();
  expect((await download).suggestedFilename()).toBe(HARBOUR.name);

  await page.getByRole('button', { name: `Delete ${HARBOUR.name}` }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete this document?' });
  await dialog.getByText(HARBOUR.name).waitFor();
  await picture(page, 'admin-delete');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await row(page, HARBOUR.name).waitFor();
  await page.getByRole('button', { name: `Delete ${HARBOUR.name}` }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await row(page, HARBOUR.name).waitFor({ state: 'hidden' });
  await row(page, BAKERY.name).waitFor();
});

test('files are dropped anywhere on the page', async () => {
  await given(w, []);
  const page = await w.visit('/admin/');
  await signIn(page);
  const dropped = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'dropped.md', { type: 'text/markdown' }));
    return transfer;
  }, BAKERY.buffer.toString());
  await page.dispatchEvent('main', 'dragover', { dataTransfer: dropped });
  await page.locator('.drop-over').waitFor();
  await page.dispatchEvent('main', 'drop', { dataTransfer: dropped });
  await row(page, 'dropped.md').getByText('Ready', { exact: true }).waitFor();
});

test('a type that cannot be read fails with its reason', async () => {
  await given(w, []);
  const page = await w.visit('/admin/');
  await signIn(page);
  await upload(page, [PROGRAM], 'Failed');
  await row(page, PROGRAM.name).getByText('unknown type of file').waitFor();
  await picture(page, 'admin-refused');
});

test('a file that is too large is not sent, and one that the service finds too large is told', async () => {
  await given(w, []);
  const page = await w.visit('/admin/');
  await signIn(page);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.url()));
  await page.evaluate(() => {
    const large = new File([new Uint8Array(50_000_001)], 'large.pdf');
    const transfer = new DataTransfer();
    transfer.items.add(large);
    document.querySelector('main')?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
  });
  await page.getByText('That is too large.').waitFor();
  await page.getByText('large.pdf has 50 MB; the limit is 50 MB.').waitFor();
  expect(sent.filter((url) => url.endsWith('/upload_file'))).toEqual([]);
  await page.getByRole('button', { name: 'Remove large.pdf from this list' }).click();
  await page.getByText('That is too large.').waitFor({ state: 'hidden' });
  w.gateway.fault = { at: /upload_file/, kind: 'refusing' };
  await page.locator('input[type=file]').setInputFiles([BAKERY]);
  await page.getByText('That is too large.').waitFor();
});

const FAULTS = [
  ['stopped', 'The service is not available at the moment.'],
  ['failing', 'The service failed.'],
  ['nonsense', 'The response could not be read.'],
  ['lost', 'The service cannot be reached.'],
] as const;

test.each(FAULTS)('an upload that is %s keeps the file, which is sent once that is over', async (kind, said) => {
  await given(w, []);
  const page = await w.visit('/admin/');
  await signIn(page);
  w.gateway.fault = { at: /upload_file/, kind };
  await page.locator('input[type=file]').setInputFiles([BAKERY]);
  await page.getByText(said).waitFor();
  await picture(page, `admin-upload-${kind}`);
  w.gateway.fault = undefined;
  await page.getByRole('button', { name: 'Upload again' }).click();
  await row(page, BAKERY.name).getByText('Ready', { exact: true }).waitFor();
});

test('the list says that it is old while the service is away, and goes on when it is back', async () => {
  await given(w, [BAKERY]);
  const page = await w.visit('/admin/');
  await signIn(page);
  await row(page, BAKERY.name).waitFor();
  w.gateway.fault = { at: /all_documents_status/, kind: 'stopped' };
  await page.getByText('The list is not up to date.').waitFor();
  await row(page, BAKERY.name).waitFor();
  await picture(page, 'admin-away');
  w.gateway.fault = undefined;
  await page.getByText('The list is not up to date.').waitFor({ state: 'hidden' });
});

test('a session that ends keeps what was typed, and goes on after signing in', async () => {
  await given(w, []);
  const page = await w.visit('/admin/');
  await signIn(page);
  await page.getByLabel('Address').fill('https://example.org/half-typed');
  await page.context().clearCookies();
  await page.locator('input[type=file]').setInputFiles([BAKERY]);
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await picture(page, 'admin-expired');
  await signIn(page);
  await dialog.waitFor({ state: 'hidden' });
  await expect.poll(() => page.getByLabel('Address').inputValue()).toBe('https://example.org/half-typed');
  await row(page, BAKERY.name).getByText('Ready', { exact: true }).waitFor();
});

test('an address that is refused stays with the reason, also over a reload', async () => {
  await given(w, []);
  const page = await w.visit('/admin/');
  await signIn(page);
  await page.getByLabel('Address').fill('ftp://example.org/');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('must be an address of http or https').waitFor();
  await page.reload();
  await expect.poll(() => page.getByLabel('Address').inputValue()).toBe('ftp://example.org/');
});
