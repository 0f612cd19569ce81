// Files that are on their way, and those that did not arrive with the reason.
import { FailureNotice, Icon, useSizes, useStore } from '@rag/ui';

import { useTexts } from './texts.ts';
import { dismiss, type Sending, sendAgain, uploads } from './uploads.ts';

export function UploadList() {
  const say = useTexts();
  const { files, arrived } = useStore(uploads);
  return (
    <>
      <p class="hidden" role="status">
        {arrived && say('upload_done', { name: arrived })}
      </p>
      {files.length > 0 && (
        <section aria-labelledby="uploads">
          <h2 id="uploads" class="section-head">
            {say('uploads')}
          </h2>
          <ul class="rows">
            {files.map((sending) => (
              <Row key={sending.id} sending={sending} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Row({ sending }: { sending: Sending }) {
  const say = useTexts();
  const size = useSizes();
  const { file, state, share, failure } = sending;
  const { name } = file;
  return (
    <li class="row">
      <Icon name="upload" />
      <div class="row-body">
        <p class="row-name">
          <strong>{name}</strong> <span class="soft small">{size(file.size)}</span>
        </p>
        {state === 'sending' && <progress value={share} max={1} aria-label={say('upload_of', { name })} />}
        <p class="soft small">
          {state === 'waiting' && say('upload_waiting')}
          {state === 'sending' &&
            (share < 1 ? say('upload_sending', { percent: Math.floor(share * 100) }) : say('upload_storing'))}
        </p>
        {failure && (
          <FailureNotice failure={failure} {...(failure.kind === 'unreachable' && { advice: say('upload_lost') })}>
            {failure.kind !== 'too-large' && (
              <button type="button" class="button" onClick={() => sendAgain(sending)}>
                <Icon name="retry" />
                {say('upload_retry')}
              </button>
            )}
          </FailureNotice>
        )}
      </div>
      <button
        type="button"
        class="button-bare"
        aria-label={say(state === 'failed' ? 'upload_dismiss' : 'upload_stop', { name })}
        onClick={() => dismiss(sending)}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
