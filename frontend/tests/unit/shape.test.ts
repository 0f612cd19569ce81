import { expect, test } from 'vitest';

import { shapes } from '../../packages/api/src/generated/rag-backend.shapes.ts';
import { fits } from '../../packages/api/src/shape.ts';

const CITATION = { document_id: 'a.pdf', source: 'A.pdf', position: 0, type: 'text', score: 1.5, excerpt: 'x' };
const ANSWER = { answer: 'x', citations: [CITATION], finish_reason: 'extracted' };
const fitsAnswer = (value: unknown) => fits(value, { $ref: 'ChatAnswer' }, shapes);

test.each([
  ['as the service answers', ANSWER],
  ['without what has a default', { answer: '', finish_reason: 'nothing_found' }],
  [
    'with a page, and without one',
    {
      ...ANSWER,
      citations: [
        { ...CITATION, page: 3 },
        { ...CITATION, page: null },
      ],
    },
  ],
  ['with what a newer service adds', { ...ANSWER, added: true }],
])('an answer fits: %s', (_, value) => {
  expect(fitsAnswer(value)).toBe(true);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a list', [ANSWER]],
  ['a text', 'answer'],
  ['an unknown reason', { ...ANSWER, finish_reason: 'bored' }],
  ['a missing key', { answer: 'x' }],
  ['a number for a text', { ...ANSWER, answer: 7 }],
  ['a citation that is none', { ...ANSWER, citations: [{}] }],
  ['a broken number', { ...ANSWER, citations: [{ ...CITATION, position: 0.5 }] }],
  ['no list', { ...ANSWER, citations: {} }],
])('an answer does not fit: %s', (_, value) => {
  expect(fitsAnswer(value)).toBe(false);
});

test('a shape that is not described fits nothing', () => {
  expect(fits({}, { $ref: 'Unknown' }, shapes)).toBe(false);
});
