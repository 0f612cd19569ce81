export * from './chat.ts';
export * from './chat-session.ts';
export * from './documents.ts';
export * from './failure.ts';
export * from './upload.ts';
export * from './feedback.ts';
