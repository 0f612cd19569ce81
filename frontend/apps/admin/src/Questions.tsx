// What the documents had no answer to, and what people say about answers.
import { deleteFeedback, type Failure, type Feedback, feedback, questionSetUrl } from '@rag/api';
import { FailureNotice, Icon, useMoments, useStore } from '@rag/ui';
import { useEffect, useState } from 'preact/hooks';

import { expire, signingIn } from './signing-in.ts';
import { useTexts } from './texts.ts';

const SHOWN = 20;

export function Questions() {
  const say = useTexts();
  const { kind } = useStore(signingIn);
  const [found, setFound] = useState<readonly Feedback[]>();
  const [failure, setFailure] = useState<Failure>();
  const [isWhole, setWhole] = useState(false);

  const load = async () => {
    const result = await feedback();
    setFailure(result.ok ? undefined : result.failure);
    if (result.ok) setFound(result.value);
    else if (result.failure.kind === 'signed-out') expire();
  };
  const remove = async ({ identification }: Feedback) => {
    const result = await deleteFeedback(identification);
    if (!result.ok && result.failure.kind !== 'missing') setFailure(result.failure);
    else await load();
  };
  useEffect(() => {
    if (kind === 'signed-in') void load();
  }, [kind]);
  const shown = isWhole ? found : found?.slice(0, SHOWN);
  return (
    <section aria-labelledby="questions">
      <div class="section-head">
        <h2 id="questions">{say('questions')}</h2>
        {(found?.length ?? 0) > 0 && (
          <a class="link" href={questionSetUrl()} download>
            <Icon name="download" />
            {say('questions_export')}
          </a>
        )}
      </div>
      <p class="soft small">{say('questions_text')}</p>
      {failure && <FailureNotice failure={failure} onRetry={() => void load()} />}
      {found?.length === 0 && <p class="soft">{say('questions_none')}</p>}
      <ul class="rows">
        {shown?.map((one) => (
          <Row key={one.identification} report={one} onRemove={() => void remove(one)} />
        ))}
      </ul>
      {found && found.length > SHOWN && !isWhole && (
        <button type="button" class="button" onClick={() => setWhole(true)}>
          {say('questions_all', { count: found.length })}
        </button>
      )}
    </section>
  );
}

function Row({ report, onRemove }: { report: Feedback; onRemove: () => void }) {
  const say = useTexts();
  const moment = useMoments();
  const { kind, question, comment, times = 1, changed } = report;
  return (
    <li class="row">
      <Icon name={kind === 'helpful' ? 'thumb-up' : kind === 'unanswered' ? 'ask' : 'thumb-down'} />
      <div class="row-body">
        <p class="row-name">
          <strong>{question}</strong>
        </p>
        <p class="row-facts small soft">
          <span>{say(kind)}</span>
          {times > 1 && <span>{say('asked_times', { count: times })}</span>}
          <time dateTime={changed}>{moment(changed)}</time>
        </p>
        {comment && <p class="row-reason">{comment}</p>}
      </div>
      <div class="row-ways">
        <button
          type="button"
          class="button-bare"
          aria-label={say('questions_done_of', { name: question })}
          title={say('questions_done')}
          onClick={onRemove}
        >
          <Icon name="trash" />
        </button>
      </div>
    </li>
  );
}
