import type { Passages } from '@rag/api';
import { expect, test } from 'vitest';

import { passageParts } from '../../apps/chat/src/passage-text.ts';

const passages = (...contents: string[]): Passages => ({
  document_id: 'a.md',
  pieces: contents.map((content, position) => ({ content, position, source: 'a.md', type: 'text' as const })),
});
const plain = (text: string) => ({ text, isCited: false });
const cited = (text: string) => ({ text, isCited: true });

test('what neighbours repeat of each other is shown once', () => {
  const parts = passageParts(passages('The starter is fed at six.', 'is fed at six. Loaves rest.'), 1, 'Loaves rest.');
  expect(parts).toEqual([plain('The starter is fed at six. '), cited('Loaves rest.')]);
});

test('neighbours that repeat nothing are paragraphs', () => {
  expect(passageParts(passages('One.', 'Two.', 'Three.'), 1, 'Two.')).toEqual([
    plain('One.\n\n'),
    cited('Two.'),
    plain('\n\nThree.'),
  ]);
});

test('an excerpt is found whatever its blanks are', () => {
  const parts = passageParts(passages('A heading\n\nFed with\nrye flour (often).'), 0, 'Fed with rye flour (often).');
  expect(parts).toEqual([plain('A heading\n\n'), cited('Fed with\nrye flour (often).')]);
});

test('an excerpt that is not there marks the whole piece', () => {
  expect(passageParts(passages('One.', 'Two.'), 1, 'Gone.')).toEqual([plain('One.\n\n'), cited('Two.')]);
});
