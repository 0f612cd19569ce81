// A question that a person wants to change before it is asked again.
import { createStore } from '@rag/ui';

export const draftToEdit = createStore<string | undefined>(undefined);
