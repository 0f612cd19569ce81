// The passages that an answer rests on, each with the ways to where it stands.
import { type Citation, pdfUrl } from '@rag/api';
import { Icon, useStore } from '@rag/ui';
import { useState } from 'preact/hooks';

import { mayReadOriginals } from './originals.ts';
import { PassageDialog } from './PassageDialog.tsx';
import { useTexts } from './texts.ts';

export const sourceAnchor = (turn: string, citation: Citation) => `source-${turn}-${citation.number ?? 1}`;

export function Sources({ turn, citations }: { turn: string; citations: readonly Citation[] }) {
  const say = useTexts();
  const [shown, show] = useState<Citation>();
  const count = citations.length;
  return (
    <>
      <h3 class="sources-head">{say(count === 1 ? 'sources_one' : 'sources_other', { count })}</h3>
      <ol class="sources">
        {citations.map((citation) => (
          <Source
            key={sourceAnchor(turn, citation)}
            id={sourceAnchor(turn, citation)}
            citation={citation}
            onShow={() => show(citation)}
          />
        ))}
      </ol>
      {shown && <PassageDialog citation={shown} onClose={() => show(undefined)} />}
    </>
  );
}

function Source({ id, citation, onShow }: { id: string; citation: Citation; onShow: () => void }) {
  const say = useTexts();
  return (
    <li class="source" id={id} tabIndex={-1}>
      <span class="source-number" aria-hidden="true">
        {citation.number ?? 1}
      </span>
      <div class="source-body">
        <p class="source-name">
          <strong>{citation.source}</strong>
          {citation.page ? <span class="soft"> · {say('page', { page: citation.page })}</span> : null}
        </p>
        {citation.headings && citation.headings.length > 0 && <p class="soft">{citation.headings.join(' › ')}</p>}
        <blockquote class="source-excerpt">{citation.excerpt}</blockquote>
        <p class="source-ways">
          <OriginalLink citation={citation} />
          <button type="button" class="link" onClick={onShow}>
            <Icon name="text" />
            {say('show_passage')}
          </button>
        </p>
      </div>
    </li>
  );
}

/** Where the document itself is read: a page of the web, or a PDF at its page. Others are shown as text. */
export function OriginalLink({ citation }: { citation: Citation }) {
  const say = useTexts();
  const isAllowed = useStore(mayReadOriginals);
  const { source, page } = citation;
  const isWeb = /^https?:\/\//.test(source);
  const isPdf = citation.document_id.endsWith('.pdf');
  if (!isWeb && !(isPdf && isAllowed)) return null;
  const pageText = page && isPdf ? say('open_page', { page }) : say(isWeb ? 'open_web_page' : 'open_document');
  const webUrl = isPdf && page ? `${source}#page=${page}` : source;
  return (
    <a
      class="link"
      href={isWeb ? webUrl : pdfUrl(citation.document_id, page)}
      target="_blank"
      rel="noopener noreferrer"
    >
      <Icon name="open" />
      {pageText}
      <span class="hidden"> {say('new_tab')}</span>
    </a>
  );
}
