import type { Citation } from '@rag/api';
import { expect, test } from 'vitest';

import { quoted, written } from '../../apps/chat/src/answer-text.ts';

const cited = (number: number, excerpt = ''): Citation => ({
  number,
  excerpt,
  document_id: 'a.pdf',
  source: 'A.pdf',
  position: number,
  type: 'text',
  score: 1,
});
const text = (one: string) => ({ kind: 'text', text: one });

test('a passage gets its number behind it', () => {
  const citations = [cited(1, 'One.'), cited(2, 'Two.')];
  const [first, second] = citations;
  expect(quoted('One. Two.', citations)).toEqual([
    {
      kind: 'paragraph',
      lines: [[text('One.'), { kind: 'source', citation: first }, text(' Two.'), { kind: 'source', citation: second }]],
    },
  ]);
});

test('an answer without its passages is shown as it is', () => {
  expect(quoted('Otherwise.', [cited(1, 'One.')])).toEqual([{ kind: 'paragraph', lines: [[text('Otherwise.')]] }]);
  expect(quoted('', [])).toEqual([]);
});

test('numbers of known sources are links, others are text', () => {
  const citation = cited(2);
  expect(written('Four weeks [2, 7]. See [9] and [x].', [citation])).toEqual([
    { kind: 'paragraph', lines: [[text('Four weeks '), { kind: 'source', citation }, text('. See [9] and [x].')]] },
  ]);
});

test('lists, weight and code are shown as such', () => {
  expect(written('Do:\n- **first**\n- `second`\n\nThen rest.', [])).toEqual([
    { kind: 'paragraph', lines: [[text('Do:')]] },
    { kind: 'list', lines: [[{ kind: 'strong', text: 'first' }], [{ kind: 'code', text: 'second' }]] },
    { kind: 'paragraph', lines: [[text('Then rest.')]] },
  ]);
});

test('markup stays text', () => {
  expect(written('<img src=x onerror=alert(1)>', [])).toEqual([
    { kind: 'paragraph', lines: [[text('<img src=x onerror=alert(1)>')]] },
  ]);
});
