import { Dialog, FailureNotice, Header, language, SignInForm, useCommonTexts, useStore } from '@rag/ui';
import { useEffect } from 'preact/hooks';

import { DocumentsView } from './DocumentsView.tsx';
import { Questions } from './Questions.tsx';
import { CollectionField } from './CollectionField.tsx';
import { SourceForm } from './SourceForm.tsx';
import { askWhetherSignedIn, leave, signingIn, tryToSignIn } from './signing-in.ts';
import { useTexts } from './texts.ts';
import { UploadArea } from './UploadArea.tsx';
import { UploadList } from './UploadList.tsx';

export function AdminPage() {
  const say = useTexts();
  const common = useCommonTexts();
  const state = useStore(signingIn);
  const chosen = useStore(language);
  useEffect(() => void askWhetherSignedIn(), []);
  useEffect(() => void (document.title = say('title')), [chosen]);
  const mayLeave = state.kind === 'signed-in' && state.session.auth !== 'off';
  return (
    <div class="admin">
      <Header page="documents" />
      <main class="admin-main" id="content" tabIndex={-1}>
        <div class="admin-head">
          <div>
            <h1>{say('title')}</h1>
            <p class="soft">{say('intro')}</p>
          </div>
          {mayLeave && (
            <button type="button" class="button" onClick={() => void leave()}>
              {common('sign_out')}
            </button>
          )}
        </div>
        <Content />
      </main>
    </div>
  );
}

function Content() {
  const say = useTexts();
  const common = useCommonTexts();
  const state = useStore(signingIn);
  if (state.kind === 'asking') return <p class="soft">{say('loading')}</p>;
  if (state.kind === 'failed')
    return <FailureNotice failure={state.failure} onRetry={() => void askWhetherSignedIn()} />;
  if (state.kind === 'signed-out' && !state.hasExpired) {
    return (
      <section class="card sign-in" aria-labelledby="sign-in">
        <h2 id="sign-in">{common('sign_in')}</h2>
        <p class="soft">{say('sign_in_text')}</p>
        <SignInForm isBasic={state.session.auth === 'basic'} tryToSignIn={tryToSignIn} />
      </section>
    );
  }
  return (
    <>
      <div class="admin-add">
        <CollectionField />
        <UploadArea largest={state.session.largest_file_bytes} />
        <SourceForm recrawlHours={state.session.recrawl_hours} />
      </div>
      <UploadList />
      <DocumentsView />
      <Questions />
      {state.kind === 'signed-out' && (
        <Dialog title={common('sign_in_again')} place="middle">
          <p class="soft">{common('sign_in_again_text')}</p>
          <SignInForm isBasic={state.session.auth === 'basic'} tryToSignIn={tryToSignIn} />
        </Dialog>
      )}
    </>
  );
}
