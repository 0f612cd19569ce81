// Signing in to ask, with a rag-backend of its own that wants a token or a password.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { ask, world } from './harness.ts';
import { LOOKS, named, sound } from './soundness.ts';

const w = world();
const SECRET = 'a-token-that-is-long-enough';
const ROOT = new URL('../../..', import.meta.url).pathname;
const running: { service: ChildProcess; state: string }[] = [];

afterAll(() => {
  for (const { service, state } of running) {
    // The command starts the service as a process of its own.
    if (service.pid) process.kill(-service.pid, 'SIGKILL');
    rmSync(state, { recursive: true, force: true });
  }
});

/** Has the pages ask a rag-backend with these settings. */
async function guarded(settings: Record<string, string>): Promise<void> {
  const port = await freePort();
  const state = mkdtempSync(join(tmpdir(), 'sign-in-'));
  const command = ['xtask', 'tool', '--for', 'services/rag-backend', 'python', '-m', 'uvicorn', 'rag_backend.main:app'];
  const protocol = ['--http', 'rag_core_lib.patient_protocol:PatientProtocol'];
  const service = spawn('cargo', [...command, '--host', '127.0.0.1', '--port', String(port), ...protocol], {
    cwd: ROOT,
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...settings, QDRANT_PATH: join(state, 'qdrant') },
  });
  running.push({ service, state });
  w.gateway.services.rag = `http://127.0.0.1:${port}`;
  await expect
    .poll(
      () =>
        fetch(`${w.gateway.services.rag}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 50_000 },
    )
    .toBe(true);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

test('whoever has the token may ask, and goes on after the session has ended', async () => {
  await guarded({ CHAT_AUTH: 'token', CHAT_TOKEN: SECRET });
  const page = await w.visit('/chat/');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await page.getByLabel('Your question').count()).toBe(0);
  await page.getByLabel('Access token').fill('a-token-of-somebody-else');
  await page.keyboard.press('Enter');
  await page.getByText('This token is not correct.').waitFor();
  await page.getByLabel('Access token').fill(SECRET);
  await page.keyboard.press('Enter');
  await ask(page, 'What is the Saturn mission?');
  await page.getByText('Nothing found').first().waitFor();
  await page.reload();
  await page.getByLabel('Your question').waitFor();

  await page.context().clearCookies();
  await ask(page, 'Which rocket was it?');
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.getByLabel('Access token').fill(SECRET);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect.poll(() => page.getByText('Nothing found').count()).toBe(1);

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]));
  expect(kept).not.toContain(SECRET);
});

test.each(LOOKS)('user and password are asked for, and axe finds nothing: $colorScheme $locale', async (look) => {
  if (running.length < 2) await guarded({ CHAT_AUTH: 'basic', CHAT_USER: 'änne', CHAT_PASSWORD: 'süß' });
  const page = await w.visit('/chat/', look);
  await page.locator('#secret').waitFor();
  await sound(page, named(look, 'chat-sign-in'));
  await page.locator('#user').fill('änne');
  await page.locator('#secret').fill('süß');
  await page.keyboard.press('Enter');
  await page.locator('.composer textarea').waitFor();
});
