import { expect, test } from 'vitest';

import { type ServerEvent, serverEvents } from '../../packages/api/src/events.ts';

const TEXT =
  'event: delta\ndata: {"text":"Grüße"}\n\n: a comment\n\nevent: answer\r\ndata: a\r\ndata: b\r\n\r\ndata: half';
const EVENTS = [
  { name: 'delta', data: '{"text":"Grüße"}' },
  { name: 'answer', data: 'a\nb' },
];

async function read(chunks: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of serverEvents(body)) events.push(event);
  return events;
}

test('events are the same wherever the bytes are cut', async () => {
  const bytes = new TextEncoder().encode(TEXT);
  for (let size = 1; size <= bytes.length; size += 1) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, place) =>
      bytes.slice(place * size, (place + 1) * size),
    );
    expect(await read(chunks), `chunks of ${String(size)}`).toEqual(EVENTS);
  }
});
