// Says what went wrong, why, and what to do about it.
import type { Failure } from '@rag/api';
import type { ComponentChildren } from 'preact';

import { useCommonTexts } from './common-texts.ts';
import { Icon } from './Icon.tsx';

interface Props {
  readonly failure: Failure;
  /** What to do, in place of the usual advice. */
  readonly advice?: string;
  readonly onRetry?: () => void;
  readonly children?: ComponentChildren;
}

export function FailureNotice({ failure, advice, onRetry, children }: Props) {
  const say = useCommonTexts();
  return (
    <div class={`notice ${failure.kind === 'stopped' ? 'notice-quiet' : 'notice-failure'}`} role="alert">
      <Icon name={failure.kind === 'stopped' ? 'stop' : 'warning'} />
      <div class="notice-text">
        <p class="notice-title">{say(failure.kind)}</p>
        {failure.detail && <p class="notice-detail">{failure.detail}</p>}
        <p>{advice ?? say(`${failure.kind}_advice`)}</p>
        {failure.requestId && <p class="notice-request">{say('request_id', { id: failure.requestId })}</p>}
        {(onRetry || children) && (
          <div class="notice-actions">
            {onRetry && (
              <button type="button" class="button" onClick={onRetry}>
                <Icon name="retry" />
                {say('retry')}
              </button>
            )}
            {children}
          </div>
        )}
      </div>
    </div>
  );
}
