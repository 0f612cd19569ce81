// From the text of an answer to what is shown: paragraphs and lists, words with weight, and the numbers of sources.
import type { Citation } from '@rag/api';

export type Inline =
  | { readonly kind: 'text' | 'strong' | 'code'; readonly text: string }
  | { readonly kind: 'source'; readonly citation: Citation };

export interface Block {
  readonly kind: 'paragraph' | 'list';
  readonly lines: readonly (readonly Inline[])[];
}

const BULLET = /^\s*(?:[-*•]|\d+[.)])\s+/;
const MARKS = /\*\*(.+?)\*\*|`([^`]+)`|\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g;

/** The blocks of an answer in which a model wrote the numbers, such as [2]. */
export function written(answer: string, citations: readonly Citation[]): Block[] {
  return answer
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== '')
    .flatMap((part) => blocks(part, citations));
}

/** The blocks of an answer that is made of passages word for word: each gets the number of its source behind it. */
export function quoted(answer: string, citations: readonly Citation[]): Block[] {
  const line: Inline[] = [];
  let from = 0;
  for (const citation of citations) {
    const at = answer.indexOf(citation.excerpt, from);
    if (at < 0) continue;
    const end = at + citation.excerpt.length;
    line.push({ kind: 'text', text: answer.slice(from, end) }, { kind: 'source', citation });
    from = end;
  }
  if (from < answer.length) line.push({ kind: 'text', text: answer.slice(from) });
  return line.length > 0 ? [{ kind: 'paragraph', lines: [line] }] : [];
}

function blocks(part: string, citations: readonly Citation[]): Block[] {
  const found: { kind: Block['kind']; lines: Inline[][] }[] = [];
  for (const line of part.split('\n')) {
    const kind = BULLET.test(line) ? 'list' : 'paragraph';
    const text = line.replace(BULLET, '').replace(/^#{1,6}\s+/, '');
    const last = found.at(-1);
    if (last?.kind === kind) last.lines.push(inline(text, citations));
    else found.push({ kind, lines: [inline(text, citations)] });
  }
  return found;
}

function inline(line: string, citations: readonly Citation[]): Inline[] {
  const found: Inline[] = [];
  let from = 0;
  const text = (until: number) => {
    if (until > from) found.push({ kind: 'text', text: line.slice(from, until) });
  };
  for (const match of line.matchAll(MARKS)) {
    const [whole, strong, code, numbers] = match;
    const marks = strong
      ? [{ kind: 'strong', text: strong } as const]
      : code
        ? [{ kind: 'code', text: code } as const]
        : sources(numbers, citations);
    if (marks.length === 0) continue;
    text(match.index);
    found.push(...marks);
    from = match.index + whole.length;
  }
  text(line.length);
  return found;
}

/** While an answer is written, its sources are not known yet: its numbers then are text. */
function sources(numbers: string | undefined, citations: readonly Citation[]): Inline[] {
  const wanted = (numbers ?? '').split(/[,;]/).map(Number);
  const known = wanted.map((number) => citations.find((citation) => (citation.number ?? 1) === number));
  return known.filter((one) => one !== undefined).map((citation) => ({ kind: 'source', citation }));
}
