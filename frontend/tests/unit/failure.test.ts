import { failureOf, failureOfException } from '@rag/api';
import { expect, test } from 'vitest';

test.each([
  [401, 'signed-out'],
  [404, 'missing'],
  [413, 'too-large'],
  [415, 'refused'],
  [422, 'refused'],
  [500, 'broken'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
  [302, 'nonsense'],
])('%i means %s', (status, kind) => {
  expect(failureOf(status, '')).toEqual({ kind });
});

test('the reason and the number of the request are told', () => {
  const body = JSON.stringify({ detail: 'Qdrant does not answer', request_id: 'r' });
  expect(failureOf(503, body)).toEqual({ kind: 'unavailable', detail: 'Qdrant does not answer', requestId: 'r' });
});

test.each(['<h1>502</h1>', 'null', '[]', '7', '{"detail":{}}', '{"request_id":null}'])('%s tells nothing', (body) => {
  expect(failureOf(502, body)).toEqual({ kind: 'unavailable' });
});

test.each([
  [new TypeError('Failed to fetch'), 'unreachable'],
  [new SyntaxError('no JSON'), 'nonsense'],
  [new DOMException('', 'AbortError'), 'stopped'],
  [new DOMException('', 'TimeoutError'), 'unreachable'],
])('%s is told apart', (error, kind) => {
  expect(failureOfException(error)).toEqual({ kind });
});
