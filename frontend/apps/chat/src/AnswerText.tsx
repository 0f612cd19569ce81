import type { Citation } from '@rag/api';
import type { ComponentChildren } from 'preact';

import type { Block, Inline, Row } from './answer-text.ts';
import { useTexts } from './texts.ts';

/** Where a source stands in the page. */
type Anchor = (citation: Citation) => string;

interface Props {
  readonly blocks: readonly Block[];
  readonly anchor: Anchor;
}

export function AnswerText({ blocks, anchor }: Props) {
  return (
    <div class="answer">
      <Blocks blocks={blocks} anchor={anchor} />
    </div>
  );
}

function Blocks({ blocks, anchor }: Props) {
  return blocks.map((block, place) => <One key={place} block={block} anchor={anchor} />);
}

function One({ block, anchor }: { block: Block; anchor: Anchor }): ComponentChildren {
  switch (block.kind) {
    case 'paragraph':
      return <p>{inlines(block.parts, anchor)}</p>;
    case 'heading':
      // The question is the heading of an answer; what a model writes as one is not a level of the page.
      return <p class="answer-heading">{inlines(block.parts, anchor)}</p>;
    case 'code':
      return <Code text={block.text} />;
    case 'quote':
      return (
        <blockquote>
          <Blocks blocks={block.blocks} anchor={anchor} />
        </blockquote>
      );
    case 'rule':
      return <hr />;
    case 'table':
      return <Table head={block.head} rows={block.rows} anchor={anchor} />;
    case 'list':
      return <List items={block.items} start={block.start} anchor={anchor} />;
  }
}

function List({
  items,
  start,
  anchor,
}: {
  items: readonly (readonly Block[])[];
  start: number | undefined;
  anchor: Anchor;
}) {
  const lines = items.map((blocks, place) => (
    <li key={place}>
      <Blocks blocks={blocks} anchor={anchor} />
    </li>
  ));
  return start === undefined ? <ul>{lines}</ul> : <ol start={start}>{lines}</ol>;
}

/** Scrolls by itself where it is wider than the page, and can be reached by keyboard for that. */
function Code({ text }: { text: string }) {
  const say = useTexts();
  return (
    <pre tabIndex={0} role="region" aria-label={say('code')}>
      <code>{text}</code>
    </pre>
  );
}

function Table({ head, rows, anchor }: { head: Row; rows: readonly Row[]; anchor: Anchor }) {
  const say = useTexts();
  return (
    <div class="answer-table" tabIndex={0} role="region" aria-label={say('table')}>
      <table>
        <thead>
          <tr>
            {head.map(({ align, parts }, place) => (
              <th key={place} scope="col" data-align={align}>
                {inlines(parts, anchor)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, number) => (
            <tr key={number}>
              {row.map(({ align, parts }, place) => (
                <td key={place} data-align={align}>
                  {inlines(parts, anchor)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inlines(parts: readonly Inline[], anchor: Anchor) {
  return parts.map((part, place) => <Part key={place} part={part} anchor={anchor} />);
}

function Part({ part, anchor }: { part: Inline; anchor: Anchor }): ComponentChildren {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return <code>{part.text}</code>;
    case 'strong':
      return <strong>{inlines(part.parts, anchor)}</strong>;
    case 'emphasis':
      return <em>{inlines(part.parts, anchor)}</em>;
    case 'struck':
      return <s>{inlines(part.parts, anchor)}</s>;
    case 'break':
      return <br />;
    case 'link':
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer">
          {inlines(part.parts, anchor)}
        </a>
      );
    case 'source':
      return <SourceMark citation={part.citation} anchor={anchor} />;
  }
}

function SourceMark({ citation, anchor }: { citation: Citation; anchor: Anchor }) {
  const say = useTexts();
  const number = citation.number ?? 1;
  const id = anchor(citation);
  return (
    <a
      class="source-mark"
      href={`#${id}`}
      aria-label={say('source_number', { number, source: citation.source })}
      onClick={(event) => {
        event.preventDefault();
        const source = document.getElementById(id);
        source?.scrollIntoView({ block: 'center' });
        source?.focus();
      }}
    >
      {number}
    </a>
  );
}
