// A browser before the built pages, with the real services behind them. `cargo xtask test browser` starts the services
// and tells where they are.
import { existsSync, mkdirSync } from 'node:fs';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  request,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

import { Gateway } from './gateway.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SCREENSHOTS = new URL('../../../target/xtask/screenshots/', import.meta.url).pathname;

export const TOKEN = required('ADMIN_TOKEN');

export interface World {
  readonly gateway: Gateway;
  readonly url: string;
  readonly browser: Browser;
  /** A page of a person who comes for the first time; what it logs as errors fails the test. */
  readonly visit: (path: string, options?: BrowserContextOptions) => Promise<Page>;
}

/** Sets the world up for the tests of a file. */
export function world(): World {
  const gateway = new Gateway({ rag: required('RAG_URL'), admin: required('ADMIN_URL') });
  const made: { url: string; browser?: Browser } = { url: '' };
  const contexts: BrowserContext[] = [];
  const violations: string[] = [];

  // Where there is no browser nothing can be seen, which in CI is a failure.
  const hasBrowser = existsSync(CHROMIUM) || Boolean(process.env.CI);
  beforeEach((context) => context.skip(!hasBrowser, `there is no ${CHROMIUM}; CHROMIUM names another`));
  beforeAll(async () => {
    if (!hasBrowser) return;
    made.url = await gateway.start();
    made.browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });
  afterEach(async ({ task }) => {
    gateway.fault = undefined;
    const [error] = task.result?.errors ?? [];
    if (error) {
      const pages = contexts.flatMap((context) => context.pages());
      error.message += await pictures(pages, `failed-${task.id}`);
    }
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    expect(violations.splice(0), 'what the browser refused or the page threw').toEqual([]);
  });
  afterAll(async () => {
    await made.browser?.close();
    gateway.stop();
  });

  return {
    gateway,
    get url() {
      return made.url;
    },
    get browser() {
      if (!made.browser) throw new Error('the browser has not been started');
      return made.browser;
    },
    async visit(path, options = {}) {
      const context = await this.browser.newContext({
        baseURL: made.url,
        locale: 'en-GB',
        viewport: { width: 1280, height: 800 },
        ...options,
      });
      contexts.push(context);
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      page.on('pageerror', (error) => violations.push(String(error)));
      page.on('console', (message) => {
        // Answers that are errors are logged by the browser itself, and are part of the tests.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load')) violations.push(message.text());
      });
      await page.goto(path);
      return page;
    },
  };
}

/** Where a picture is kept. */
export const screenshot = (name: string) => `${SCREENSHOTS}${name}.png`;

/** Keeps a picture of the page under target/xtask/screenshots. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: screenshot(name), animations: 'disabled' });
}

/** Keeps a picture of each page that a failed test leaves, and tells where. */
async function pictures(pages: readonly Page[], name: string): Promise<string> {
  const told = pages.map(async (page, index) => {
    const named = `${name}-${index + 1}`;
    try {
      await picture(page, named);
      return `\npicture of ${page.url()}: ${screenshot(named)}`;
    } catch (error) {
      return `\nno picture of ${page.url()}: ${String(error)}`;
    }
  });
  return (await Promise.all(told)).join('');
}

export async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Access token').fill(TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'All documents' }).waitFor();
}

/** Where a document or an upload stands in the page. */
export const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

interface File {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Chooses files as a person does, and waits until they are listed as `state`. */
export async function upload(page: Page, files: readonly File[], state = 'Ready'): Promise<void> {
  await page.locator('input[type=file]').setInputFiles([...files]);
  for (const { name } of files) await row(page, name).getByText(state, { exact: true }).waitFor();
}

/** Makes these documents the only ones, past the pages. */
export async function given(w: World, files: readonly File[]): Promise<void> {
  const api = await request.newContext({
    baseURL: w.url,
    extraHTTPHeaders: { Authorization: `Bearer ${TOKEN}` },
  });
  const all = async () =>
    (await (await api.get('/api/admin/all_documents_status')).json()) as { identification: string; state: string }[];
  for (const { identification } of await all()) await api.delete(`/api/admin/delete_document/${identification}`);
  for (const file of files) {
    const answer = await api.post('/api/admin/upload_file', { multipart: { file: { ...file } } });
    expect(answer.status(), await answer.text()).toBe(202);
  }
  await expect
    .poll(async () => (await all()).filter(({ state }) => state === 'ready').length, { timeout: 20_000 })
    .toBe(files.length);
  await api.dispose();
}

export async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel('Your question').fill(question);
  await page.keyboard.press('Enter');
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask test browser\``);
  return value;
}
