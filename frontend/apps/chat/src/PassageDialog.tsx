// A cited passage in its surroundings, beside the conversation.
import { type Citation, type Passages, passages, type Result } from '@rag/api';
import { Dialog, FailureNotice } from '@rag/ui';
import { useEffect, useRef, useState } from 'preact/hooks';

import { passageParts } from './passage-text.ts';
import { noticed } from './signing-in.ts';
import { OriginalLink } from './Sources.tsx';
import { useTexts } from './texts.ts';

export function PassageDialog({ citation, onClose }: { citation: Citation; onClose: () => void }) {
  const say = useTexts();
  const [found, setFound] = useState<Result<Passages>>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isWanted = true;
    setFound(undefined);
    void passages(citation).then((result) => isWanted && setFound(noticed(result)));
    return () => {
      isWanted = false;
    };
  }, [citation, attempt]);
  return (
    <Dialog title={say('passage_of', { source: citation.source })} place="side" onClose={onClose}>
      <p class="passage-place">
        {citation.page ? <span>{say('page', { page: citation.page })}</span> : null}
        <OriginalLink citation={citation} />
      </p>
      {!found && (
        <p class="soft" role="status">
          {say('passage_loading')}
        </p>
      )}
      {found && !found.ok && <FailureNotice failure={found.failure} onRetry={() => setAttempt(attempt + 1)} />}
      {found?.ok && <PassageText passages={found.value} citation={citation} />}
    </Dialog>
  );
}

function PassageText({ passages, citation }: { passages: Passages; citation: Citation }) {
  const mark = useRef<HTMLElement>(null);
  useEffect(() => mark.current?.scrollIntoView({ block: 'center' }), []);
  return (
    <div class="passage">
      {passageParts(passages, citation.position, citation.excerpt).map((part) =>
        part.isCited ? (
          <mark key="cited" ref={mark}>
            {part.text}
          </mark>
        ) : (
          <span key={part.text}>{part.text}</span>
        ),
      )}
    </div>
  );
}
