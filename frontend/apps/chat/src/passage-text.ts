// A passage in its surroundings: neighbouring pieces of a document as one text, with the cited part marked.
import type { Passages } from '@rag/api';

export interface PassagePart {
  readonly text: string;
  readonly isCited: boolean;
}

const LEAST_REPEATED = 8;
const MOST_REPEATED = 4000;

/** The text of the pieces without what neighbours repeat of each other, in parts. */
export function passageParts(passages: Passages, position: number, excerpt: string): PassagePart[] {
  let text = '';
  let pieceStart = 0;
  let pieceEnd = 0;
  for (const piece of passages.pieces) {
    const repeated = repetition(text, piece.content);
    const start = text.length - repeated;
    text += (repeated === 0 && text !== '' ? '\n\n' : '') + piece.content.slice(repeated);
    if (piece.position === position) {
      pieceStart = repeated === 0 && start > 0 ? start + 2 : start;
      pieceEnd = text.length;
    }
  }
  const [from, to] = cited(text, excerpt, pieceStart) ?? [pieceStart, pieceEnd];
  const parts = [
    { text: text.slice(0, from), isCited: false },
    { text: text.slice(from, to), isCited: true },
    { text: text.slice(to), isCited: false },
  ];
  return parts.filter((part) => part.text !== '');
}

/** How much of its start a piece repeats of the end of the text before it. */
function repetition(before: string, piece: string): number {
  const longest = Math.min(before.length, piece.length, MOST_REPEATED);
  for (let length = longest; length >= LEAST_REPEATED; length -= 1) {
    if (before.endsWith(piece.slice(0, length))) return length;
  }
  return 0;
}

/** Where the excerpt stands, whose blanks may differ from those of the document. */
function cited(text: string, excerpt: string, from: number): [number, number] | undefined {
  const words = excerpt
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (words.join('') === '') return undefined;
  const pattern = new RegExp(words.join('\\s+'), 'g');
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  return match ? [match.index, match.index + match[0].length] : undefined;
}
