// What people say about answers, and the questions that the documents had no answer to.
import type { Result } from './failure.ts';
import { type AdminSchemas, adminUrl, askAdmin, one } from './request.ts';

export type FeedbackReport = AdminSchemas['FeedbackReport'];
export type Feedback = AdminSchemas['Feedback'];

const NOTHING = { type: 'null' };

export const sendFeedback = (report: FeedbackReport): Promise<Result<null>> =>
  askAdmin('/feedback', NOTHING, { method: 'POST', json: report });

export const feedback = (): Promise<Result<readonly Feedback[]>> =>
  askAdmin('/feedback', { type: 'array', items: one<AdminSchemas>('Feedback') });

export const deleteFeedback = (identification: string): Promise<Result<null>> =>
  askAdmin('/feedback/{identification}', NOTHING, { method: 'DELETE', names: { identification } });

/** Where a browser saves all of it as a question set. */
export const questionSetUrl = () => adminUrl('/feedback/questions');
