// The image as it runs in a cluster: read-only, without privileges, with services that come and go.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const API_SOURCES = `${ROOT}frontend/packages/api/src/`;
const CONTAINER = `rag-frontend-test-${String(process.pid)}`;
/** What is tested: an image that was built already, or one of these sources. */
const GIVEN = process.env.IMAGE;
const IMAGE = GIVEN ?? CONTAINER;
const HARDENED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

const docker = (...words: string[]) => execFileSync('docker', words, { encoding: 'utf8', env: ENVIRONMENT }).trim();
const ENVIRONMENT = { ...process.env, DOCKER_BUILDKIT: '1' };

const seen: IncomingMessage[] = [];
let service: Server;
let url: string;

beforeAll(async () => {
  service = createServer((request, answer) => {
    seen.push(request);
    // A body that nobody reads fills the buffers between, and the proxy waits.
    request.resume();
    answer.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('event: delta\n\n');
    if (!request.url?.includes('held')) answer.end();
  });
  await new Promise<void>((resolve) => service.listen(0, '0.0.0.0', resolve));
  if (!GIVEN) docker('build', '--quiet', '--file', `${ROOT}frontend/Dockerfile`, '--tag', CONTAINER, ROOT);
  const backend = `http://${addressOfThisMachine()}:${String((service.address() as AddressInfo).port)}`;
  const services = ['-e', `RAG_BACKEND_URL=${backend}`, '-e', 'ADMIN_BACKEND_URL=http://not-there-yet:8081'];
  docker('run', '--detach', '--name', CONTAINER, ...HARDENED, '-p', '127.0.0.1::8080', ...services, IMAGE);
  const published = spawnSync('docker', ['port', CONTAINER, '8080'], { encoding: 'utf8' });
  if (published.status !== 0) throw new Error(`it does not start: ${logged()}`);
  url = `http://${published.stdout.split('\n')[0] ?? ''}`;
  await untilHealthy();
});

/** As containers reach it. nginx asks name servers alone, so the name that Docker gives it is of no use to it. */
function addressOfThisMachine(): string {
  const name = ['--add-host', 'machine.test:host-gateway'];
  const hosts = docker('run', '--rm', ...name, '--entrypoint', 'cat', IMAGE, '/etc/hosts');
  const address = /^(\S+)\s+machine\.test$/m.exec(hosts)?.[1];
  if (!address) throw new Error(`Docker gives this machine no address: ${hosts}`);
  return address.includes(':') ? `[${address}]` : address;
}

/** What the container wrote, to both streams. */
function logged(): string {
  const { stdout, stderr } = spawnSync('docker', ['logs', CONTAINER], { encoding: 'utf8' });
  return stdout + stderr;
}

async function untilHealthy(): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    // Docker takes connections before anything listens in the container, and such a one is never answered.
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`it does not serve: ${logged()}`);
}

afterAll(() => {
  spawnSync('docker', ['rm', '--force', CONTAINER]);
  if (!GIVEN) spawnSync('docker', ['rmi', '--force', CONTAINER]);
  service.closeAllConnections();
  service.close();
});

test('it ends at once when it is stopped, whenever that is', () => {
  for (const pause of [0, 50, 500]) {
    const container = docker(
      'run',
      '--detach',
      ...HARDENED,
      '-e',
      'RAG_BACKEND_URL=http://a',
      '-e',
      'ADMIN_BACKEND_URL=http://b',
      IMAGE,
    );
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    const started = Date.now();
    docker('stop', '--time', '20', container);
    const took = Date.now() - started;
    const status = docker('inspect', '--format', '{{.State.ExitCode}}', container);
    docker('rm', '--force', container);
    expect([took < 2000, status], `after ${String(pause)} ms it took ${String(took)} ms`).toEqual([true, '0']);
  }
});

test('it runs as nobody in particular', () => {
  expect(docker('exec', CONTAINER, 'id', '-u')).toBe('10001');
});

test.each(['/chat/', '/admin/'])('%s comes with its headers, and its assets for good', async (path) => {
  const page = await fetch(url + path);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).not.toContain('unsafe');
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const html = await page.text();
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
  const assets = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, asset = '']) => asset);
  expect(assets.length).toBeGreaterThan(1);
  for (const asset of assets) {
    const { status, headers } = await fetch(url + asset);
    expect(status).toBe(200);
    expect(headers.get('content-encoding')).toBe('gzip');
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('content-security-policy')).toBe(policy);
  }
});

test('the root leads to the chat, and what is not there is not found', async () => {
  const root = await fetch(`${url}/`, { redirect: 'manual' });
  expect([root.status, root.headers.get('location')]).toEqual([302, '/chat/']);
  for (const path of ['/chat/x', '/nginx.conf', '/..%2f..%2fetc/passwd', '/assets/']) {
    expect((await fetch(url + path)).status, path).toBeGreaterThanOrEqual(400);
  }
});

test('calls are passed on as they are, and answers come while they are made', async () => {
  const answer = await fetch(`${url}/api/rag/chat/held?x=%2Fy&z=1`, { method: 'POST', body: 'x'.repeat(2_000_000) });
  const first = await answer.body?.getReader().read();
  expect(new TextDecoder().decode(first?.value as Uint8Array)).toBe('event: delta\n\n');
  const request = seen.at(-1);
  expect(request?.url).toBe('/chat/held?x=%2Fy&z=1');
  expect(request?.headers['content-length']).toBe('2000000');
  expect(request?.headers['x-forwarded-proto']).toBe('http');
  expect(answer.headers.get('content-security-policy')).toBeNull();
});

/** What the pages call, as their sources say. */
const CALLS = readdirSync(API_SOURCES)
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => [...readFileSync(API_SOURCES + name, 'utf8').matchAll(/(rag|admin)(?:Url)?\(\s*'(\/[^']+)'/gi)])
  .map(([, service, path]) => ({
    service: (service ?? '').toLowerCase(),
    path: path?.replaceAll(/\{\w+\}/g, 'a.b-1') ?? '',
  }));

test('everything that the pages call is passed on', async () => {
  expect(CALLS.length).toBeGreaterThan(15);
  for (const { service, path } of CALLS) {
    const answer = await fetch(`${url}/api/${service}${path}?x=1`);
    // The one service is there and sees the path, the other one is not; a path that nginx keeps is a 404.
    expect(answer.status, `${service} ${path}`).toBe(service === 'rag' ? 200 : 502);
    if (service === 'rag') expect(seen.at(-1)?.url).toBe(`${path}?x=1`);
    await answer.body?.cancel();
  }
});

test('a service that is not there is a bad gateway, while the pages are served', async () => {
  expect((await fetch(`${url}/api/admin/session`)).status).toBe(502);
  expect((await fetch(`${url}/admin/`)).status).toBe(200);
});

test.each([
  [[], 'RAG_BACKEND_URL is no address'],
  [['-e', 'RAG_BACKEND_URL=http://a; }'], 'RAG_BACKEND_URL is no address'],
  [['-e', 'RAG_BACKEND_URL=http://a', '-e', 'ADMIN_BACKEND_URL=b'], 'ADMIN_BACKEND_URL is no address'],
  [['-e', 'RAG_BACKEND_URL=http://a', '-e', 'ADMIN_BACKEND_URL=http://b'], 'mount a writable folder at /tmp'],
])('it says what it is missing: %j', (variables, said) => {
  const ended = spawnSync('docker', ['run', '--rm', '--read-only', ...variables, IMAGE], { encoding: 'utf8' });
  expect(ended.status).toBe(1);
  expect(ended.stderr).toContain(said);
});

test('it holds the pages, and nothing that built them', () => {
  const files = docker(
    'run',
    '--rm',
    '--entrypoint',
    'find',
    IMAGE,
    '/usr/share/nginx/pages',
    '/etc/nginx/pages',
    '-type',
    'f',
  );
  expect(files).not.toMatch(/node_modules|\.tsx?$|\.map$/m);
  const gzipped = execFileSync('docker', [
    'run',
    '--rm',
    '--entrypoint',
    'cat',
    IMAGE,
    '/usr/share/nginx/pages/chat/index.html.gz',
  ]);
  expect(gunzipSync(gzipped).toString()).toContain('<title>Ask the documents</title>');
});
