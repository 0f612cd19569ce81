// Asks for what the service wants to be shown. It goes to the service once, and is kept nowhere.
import { basic, bearer, type Failure, type Session } from '@rag/api';
import { FailureNotice } from '@rag/ui';
import { useState } from 'preact/hooks';

import { tryToSignIn } from './signing-in.ts';
import { useTexts } from './texts.ts';

export function SignInForm({ auth }: { auth: Session['auth'] }) {
  const say = useTexts();
  const [user, setUser] = useState('');
  const [secret, setSecret] = useState('');
  const [failure, setFailure] = useState<Failure>();
  const [isWaiting, setWaiting] = useState(false);
  const isBasic = auth === 'basic';

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
