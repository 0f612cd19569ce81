// Asks for what the service wants to be shown. It goes to the service once, and is kept nowhere.
import { basic, bearer, type Failure } from '@rag/api';
import { useState } from 'preact/hooks';

import { useCommonTexts } from './common-texts.ts';
import { FailureNotice } from './FailureNotice.tsx';

interface Props {
  readonly isBasic: boolean;
  /** Tells why it failed, or nothing. */
  readonly tryToSignIn: (authorization: string) => Promise<Failure | undefined>;
}

export function SignInForm({ isBasic, tryToSignIn }: Props) {
  const say = useCommonTexts();
  const [user, setUser] = useState('');
  const [secret, setSecret] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const [isWaiting, setWaiting] = useState(false);

  const send = async () => {
    setWaiting(true);
    setFailure(await tryToSignIn(isBasic ? basic(user, secret) : bearer(secret.trim())));
    setWaiting(false);
  };
  const isWrong = failure?.kind === 'signed-out';
  return (
    <form
      class="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWaiting && secret !== '') void send();
      }}
    >
      {isBasic && (
        <div class="field">
          <label for="user">{say('user')}</label>
          <input
            id="user"
            autocomplete="username"
            value={user}
            onInput={(event) => setUser(event.currentTarget.value)}
          />
        </div>
      )}
      <div class="field">
        <label for="secret">{say(isBasic ? 'password' : 'token')}</label>
        <input
          id="secret"
          type="password"
          autocomplete={isBasic ? 'current-password' : 'off'}
          value={secret}
          aria-describedby={isWrong ? 'secret-problem' : 'secret-hint'}
          aria-invalid={isWrong}
          onInput={(event) => setSecret(event.currentTarget.value)}
        />
        {isWrong && (
          <p class="problem" id="secret-problem" role="alert">
            {say(isBasic ? 'wrong_password' : 'wrong_token')}
          </p>
        )}
        {!isBasic && (
          <p class="soft small" id="secret-hint">
            {say('token_hint')}
          </p>
        )}
      </div>
      {failure && !isWrong && <FailureNotice failure={failure} />}
      <button type="submit" class="button button-main" disabled={isWaiting || secret === ''}>
        {say('sign_in')}
      </button>
    </form>
  );
}
