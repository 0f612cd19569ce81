// From the text of an answer to what is shown: blocks of Markdown, and the numbers of sources. Nothing here becomes HTML:
// components are made of these blocks, markup in an answer stays text, and no image is loaded from anywhere.
import type { Citation } from '@rag/api';
import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked';

export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'struck'; readonly parts: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly parts: readonly Inline[] }
  | { readonly kind: 'break' }
  | { readonly kind: 'source'; readonly citation: Citation };

export type Block =
  | { readonly kind: 'paragraph' | 'heading'; readonly parts: readonly Inline[] }
  | { readonly kind: 'list'; readonly start: number | undefined; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'table'; readonly head: Row; readonly rows: readonly Row[] }
  | { readonly kind: 'rule' };

export type Row = readonly { readonly align: Align; readonly parts: readonly Inline[] }[];
export type Align = 'left' | 'center' | 'right' | undefined;

const NUMBERS = /\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]/g;
const WEB_ADDRESS = /^(?:https?:\/\/|mailto:)/i;

/** The blocks of an answer in which a model wrote the numbers, such as [2]; also of one that is still being written. */
export function written(answer: string, citations: readonly Citation[]): Block[] {
  const reader = new Reader(citations);
  return reader.blocks(new Lexer({ gfm: true, breaks: true }).lex(answer));
}

/** The blocks of an answer that is made of passages word for word: each gets the number of its source behind it. */
export function quoted(answer: string, citations: readonly Citation[]): Block[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const citation of citations) {
    const at = answer.indexOf(citation.excerpt, from);
    if (at < 0) continue;
    const end = at + citation.excerpt.length;
    parts.push({ kind: 'text', text: answer.slice(from, end) }, { kind: 'source', citation });
    from = end;
  }
  if (from < answer.length) parts.push({ kind: 'text', text: answer.slice(from) });
  return parts.length > 0 ? [{ kind: 'paragraph', parts }] : [];
}

class Reader {
  constructor(private readonly citations: readonly Citation[]) {}

  blocks(tokens: readonly Token[]): Block[] {
    return tokens.flatMap((token) => this.block(token as MarkedToken));
  }

  private block(token: MarkedToken): Block[] {
    switch (token.type) {
      case 'heading':
        return [{ kind: 'heading', parts: this.inlines(token.tokens) }];
      case 'code':
        return [{ kind: 'code', text: token.text }];
      case 'blockquote':
        return [{ kind: 'quote', blocks: this.blocks(token.tokens) }];
      case 'hr':
        return [{ kind: 'rule' }];
      case 'list':
        return [
          {
            kind: 'list',
            start: token.ordered ? Number(token.start) : undefined,
            items: token.items.map((item) => this.blocks(item.tokens)),
          },
        ];
      case 'table':
        return [{ kind: 'table', head: this.row(token.header), rows: token.rows.map((row) => this.row(row)) }];
      case 'space':
      case 'def':
      case 'checkbox':
        return [];
      case 'paragraph':
        return [{ kind: 'paragraph', parts: this.inlines(token.tokens) }];
      case 'text':
        return [{ kind: 'paragraph', parts: token.tokens ? this.inlines(token.tokens) : this.text(token.raw) }];
      default:
        return [{ kind: 'paragraph', parts: this.text(token.raw.trim()) }];
    }
  }

  private row(cells: readonly Tokens.TableCell[]): Row {
    return cells.map(({ align, tokens }) => ({ align: align ?? undefined, parts: this.inlines(tokens) }));
  }

  private inlines(tokens: readonly Token[]): Inline[] {
    return tokens.flatMap((token) => this.inline(token as MarkedToken));
  }

  private inline(token: MarkedToken): Inline[] {
    switch (token.type) {
      case 'strong':
        return [{ kind: 'strong', parts: this.inlines(token.tokens) }];
      case 'em':
        return [{ kind: 'emphasis', parts: this.inlines(token.tokens) }];
      case 'del':
        return [{ kind: 'struck', parts: this.inlines(token.tokens) }];
      case 'codespan':
        return [{ kind: 'code', text: token.text }];
      case 'br':
        return [{ kind: 'break' }];
      case 'link':
        return WEB_ADDRESS.test(token.href)
          ? [{ kind: 'link', href: token.href, parts: this.inlines(token.tokens) }]
          : this.text(token.raw);
      case 'escape':
        return [{ kind: 'text', text: token.text }];
      case 'text':
        return token.tokens ? this.inlines(token.tokens) : this.text(token.raw);
      default:
        // Markup and images too: an image that is loaded would tell somebody else what was asked.
        return this.text(token.raw);
    }
  }

  /** A text with the numbers of known sources in it as such. */
  private text(text: string): Inline[] {
    const found: Inline[] = [];
    let from = 0;
    const until = (end: number) => {
      if (end > from) found.push({ kind: 'text', text: text.slice(from, end) });
    };
    for (const match of text.matchAll(NUMBERS)) {
      const marks = sources(match[1], this.citations);
      if (marks.length === 0) continue;
      until(match.index);
      found.push(...marks);
      from = match.index + match[0].length;
    }
    until(text.length);
    return found;
  }
}

/** While an answer is written, its sources are not known yet: its numbers then are text. */
function sources(numbers: string | undefined, citations: readonly Citation[]): Inline[] {
  const wanted = (numbers ?? '').split(/[,;]/).map(Number);
  const known = wanted.map((number) => citations.find((citation) => (citation.number ?? 1) === number));
  return known.filter((one) => one !== undefined).map((citation) => ({ kind: 'source', citation }));
}
