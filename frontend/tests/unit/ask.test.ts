import { ask } from '@rag/api';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllGlobals());

const DELTA = 'event: delta\ndata: {"text":"Four weeks"}\n\n';

/** The answer to every request: its parts, and then how it goes on. */
function answer(parts: readonly string[], end: 'close' | 'lose', status = 200): void {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      if (end === 'close') controller.close();
      else controller.error(new TypeError('network error'));
    },
  });
  const headers = { 'Content-Type': 'text/event-stream' };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status, headers })));
}

const asked = () =>
  ask({
    session: 's',
    message: 'm',
    history: [],
    collections: [],
    signal: new AbortController().signal,
    onText: () => undefined,
  });

test.each([
  ['a connection that is lost before its first event', [], 'lose'],
  ['a connection that is lost after one', [DELTA], 'lose'],
  ['an answer that ends too early', [DELTA], 'close'],
] as const)('%s broke off in the middle', async (_, parts, end) => {
  answer(parts, end);
  expect(await asked()).toMatchObject({ ok: false, failure: { kind: 'interrupted' } });
});

test('a service that is not there cannot be reached', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')));
  expect(await asked()).toMatchObject({ ok: false, failure: { kind: 'unreachable' } });
});
