// Asks whoever may not ask yet to sign in: in place of the conversation, or over it where a session has ended.
import { Dialog, SignInForm, useCommonTexts, useStore } from '@rag/ui';

import { signingIn, tryToSignIn } from './signing-in.ts';
import { useTexts } from './texts.ts';

export function SignIn() {
  const say = useTexts();
  const common = useCommonTexts();
  return (
    <div class="chat-sign-in">
      <section class="card sign-in" aria-labelledby="sign-in">
        <h1 id="sign-in">{common('sign_in')}</h1>
        <p class="soft">{say('sign_in_text')}</p>
        <Form />
      </section>
    </div>
  );
}

/** Nothing, unless a session has ended. */
export function SignInAgain() {
  const common = useCommonTexts();
  const state = useStore(signingIn);
  if (state.kind !== 'signed-out' || !state.hasExpired) return null;
  return (
    <Dialog title={common('sign_in_again')} place="middle">
      <p class="soft">{common('sign_in_again_text')}</p>
      <Form />
    </Dialog>
  );
}

function Form() {
  const say = useTexts();
  const state = useStore(signingIn);
  if (state.kind !== 'signed-out') return null;
  // A proxy in front of the page signs people in.
  if (state.auth === 'oidc') return <p>{say('sign_in_elsewhere')}</p>;
  return <SignInForm isBasic={state.auth === 'basic'} tryToSignIn={tryToSignIn} />;
}
