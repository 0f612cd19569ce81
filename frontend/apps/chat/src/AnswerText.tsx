import type { Citation } from '@rag/api';

import type { Block, Inline } from './answer-text.ts';
import { useTexts } from './texts.ts';

interface Props {
  readonly blocks: readonly Block[];
  /** Where a source stands in the page. */
  readonly anchor: (citation: Citation) => string;
}

export function AnswerText({ blocks, anchor }: Props) {
  const line = (parts: readonly Inline[]) =>
    parts.map((part, place) => <Part key={place} part={part} anchor={anchor} />);
  return (
    <div class="answer">
      {blocks.map((block, place) =>
        block.kind === 'list' ? (
          <ul key={place}>
            {block.lines.map((parts, item) => (
              <li key={item}>{line(parts)}</li>
            ))}
          </ul>
        ) : (
          <p key={place}>
            {block.lines.map((parts, item) => (
              <span key={item}>
                {item > 0 && <br />}
                {line(parts)}
              </span>
            ))}
          </p>
        ),
      )}
    </div>
  );
}

function Part({ part, anchor }: { part: Inline; anchor: Props['anchor'] }) {
  const say = useTexts();
  if (part.kind === 'strong') return <strong>{part.text}</strong>;
  if (part.kind === 'code') return <code>{part.text}</code>;
  if (part.kind !== 'source') return part.text;
  const { citation } = part;
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
